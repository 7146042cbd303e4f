use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(component = Vec<u64>)]
    buffer: Vec<u64>,
}

fn main() {}
