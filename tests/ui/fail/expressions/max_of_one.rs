use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = max(capacity))]
    buffer: Vec<u64>,
}

fn main() {}
