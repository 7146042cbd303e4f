use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "99999999999999999999")]
    buffer: Vec<u64>,
}

fn main() {}
