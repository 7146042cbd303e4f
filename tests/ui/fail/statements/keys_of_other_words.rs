use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Store {
    depth: usize,
    #[bounds(capacity = "depth")]
    queue: Vec<u64>,
    #[bounds(max = "depth")]
    window: Vec<u64>,
    #[bounds(size = "depth")]
    scratch: Vec<u8>,
    #[bounds(ignore)]
    name: String,
    #[bounds(bytes, default = 100)]
    limit: Option<usize>,
    #[bounds(type = u64)]
    events: usize,
    #[bounds(per_item = "depth", min)]
    buffer: Vec<u64>,
    #[bounds(per_item = "depth", item_size = 10)]
    names: Vec<String>,
}

fn main() {}
