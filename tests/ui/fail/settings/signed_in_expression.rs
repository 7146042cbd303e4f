use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: i64,
    #[bounds(per_item = capacity)]
    buffer: Vec<u64>,
}

fn main() {}
