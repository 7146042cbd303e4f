use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent = "a", name = "b")]
    buffer: Vec<u64>,
}

fn main() {}
