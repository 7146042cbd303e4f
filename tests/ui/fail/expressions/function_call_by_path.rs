use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "limits::round(capacity)")]
    buffer: Vec<u64>,
}

fn main() {}
