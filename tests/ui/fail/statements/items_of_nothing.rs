use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(items = 0)]
    capacity: usize,
}

fn main() {}
