use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", item_bytes = 8, item_skip = "static")]
    buffer: Vec<String>,
}

fn main() {}
