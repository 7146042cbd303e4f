use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "the most items it ever holds")]
    buffer: Vec<u64>,
    #[bounds(per_item = "capacity", item_bytes = "…")]
    names: Vec<String>,
}

fn main() {}
