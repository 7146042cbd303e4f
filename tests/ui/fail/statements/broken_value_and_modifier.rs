use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity $ 2", item_bytes = 3)]
    buffer: Vec<u64>,
}

fn main() {}
