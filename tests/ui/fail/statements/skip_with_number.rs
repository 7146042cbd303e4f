use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(skip = 3)]
    buffer: Vec<u64>,
}

fn main() {}
