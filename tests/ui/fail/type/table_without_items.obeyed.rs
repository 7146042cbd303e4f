use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(minimum(name = "table", sizes = std::collections::HashMap<u64, u64>, per_item = "capacity"))]
struct Aggregator {
    capacity: usize,
}

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { capacity: 100 });
    assert!(bounds.total_minimum_required_bytes() >= 100 * 16);
}
