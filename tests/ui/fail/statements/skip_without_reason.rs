use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(skip)]
    buffer: Vec<u64>,
}

fn main() {}
