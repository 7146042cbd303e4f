use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = 1, bytes = 2)]
    buffer: Vec<u64>,
}

fn main() {}
