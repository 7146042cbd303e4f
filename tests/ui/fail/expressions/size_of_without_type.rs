use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = size_of())]
    buffer: Vec<u64>,
}

fn main() {}
