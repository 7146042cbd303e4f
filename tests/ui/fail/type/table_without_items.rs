use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(minimum(name = "table", sizes = std::collections::HashMap<u64, u64>))]
struct Aggregator {
    capacity: usize,
}

fn main() {}
