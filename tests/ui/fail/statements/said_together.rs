use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    depth: usize,
    #[bounds(per_item = "depth", bytes = 64)]
    names: Vec<String>,
    #[bounds(items = u64, per_item = "depth / 2")]
    window: usize,
    #[bounds(boxed, per_item = "depth")]
    table: Box<Vec<u64>>,
    #[bounds(per-item = "depth")]
    queue: Vec<u64>,
}

fn main() {}
