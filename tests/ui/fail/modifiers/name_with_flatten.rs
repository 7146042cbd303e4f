use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(flatten, name = "inner")]
    buffer: Vec<u64>,
}

fn main() {}
