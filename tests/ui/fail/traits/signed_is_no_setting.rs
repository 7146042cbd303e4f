use memory_accounting::MemoryBounds;

type Limit = i64;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Limit,
    #[bounds(per_item = capacity)]
    buffer: Vec<u64>,
}

fn main() {}
