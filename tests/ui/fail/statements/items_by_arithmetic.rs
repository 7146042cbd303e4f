use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(items = 3 * 8)]
    capacity: usize,
}

fn main() {}
