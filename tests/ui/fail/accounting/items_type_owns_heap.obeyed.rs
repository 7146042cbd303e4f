use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct QueueConfiguration {
    #[bounds(items = String, item_skip = "counted by whoever sends them")]
    depth: usize,
}

fn main() {
    let component = QueueConfiguration { depth: 5 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5 * 24);
}
