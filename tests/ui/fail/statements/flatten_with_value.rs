use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(flatten = "buffer")]
    buffer: Vec<u64>,
}

fn main() {}
