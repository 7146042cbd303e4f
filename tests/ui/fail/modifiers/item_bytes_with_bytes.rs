use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity", item_bytes = 8)]
    buffer: Vec<u64>,
}

fn main() {}
