use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    queue: usize,
    #[bounds(items = u64)]
    buffer: Vec<u64>,
}

fn main() {}
