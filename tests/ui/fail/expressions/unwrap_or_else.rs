use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Option<usize>,
    #[bounds(per_item = "capacity.unwrap_or_else(|| 100)")]
    buffer: Vec<u64>,
}

fn main() {}
