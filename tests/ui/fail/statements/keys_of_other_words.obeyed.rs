use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    depth: usize,
    #[bounds(per_item = "depth")]
    queue: Vec<u64>,
    #[bounds(per_item = "depth")]
    window: Vec<u64>,
    #[bounds(bytes = "depth")]
    scratch: Vec<u8>,
    #[bounds(skip = "why it need not be counted")]
    name: String,
    #[bounds(bytes, or = 100)]
    limit: Option<usize>,
    #[bounds(items = u64)]
    events: usize,
    #[bounds(per_item = "depth", minimum)]
    buffer: Vec<u64>,
    #[bounds(per_item = "depth", item_bytes = 10)]
    names: Vec<String>,
}

fn main() {
    let component = Store {
        depth: 2,
        queue: Vec::new(),
        window: Vec::new(),
        scratch: Vec::new(),
        name: String::new(),
        limit: None,
        events: 3,
        buffer: Vec::new(),
        names: Vec::new(),
    };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_minimum_required_bytes(), 2 * 8);
    assert_eq!(bounds.total_firm_limit_bytes(), 2 * 8 * 3 + 2 + 100 + 3 * 8 + 2 * (24 + 10));
}
