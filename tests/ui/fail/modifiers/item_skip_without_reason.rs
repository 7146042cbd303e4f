use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", item_skip)]
    buffer: Vec<String>,
}

fn main() {}
