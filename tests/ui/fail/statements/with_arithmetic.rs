use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(with = 1 + 2)]
    buffer: Vec<u64>,
}

fn main() {}
