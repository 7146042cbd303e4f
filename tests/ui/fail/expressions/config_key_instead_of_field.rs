use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(rename = "max_entries")]
    capacity: usize,
    #[bounds(per_item = "max_entries")]
    buffer: Vec<u64>,
}

fn main() {}
