use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(skip = "counted by its owner", times = 2)]
    buffer: Vec<u64>,
}

fn main() {}
