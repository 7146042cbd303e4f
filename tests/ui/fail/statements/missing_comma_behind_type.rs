use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(items = u64 name = "x")]
    size: usize,
}

fn main() {}
