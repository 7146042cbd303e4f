use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent = 1)]
    buffer: Vec<u64>,
}

fn main() {}
