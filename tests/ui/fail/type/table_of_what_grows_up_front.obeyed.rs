use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(minimum(name = "table", sizes = Vec<u64>, per_item = "capacity"))]
struct Aggregator {
    capacity: usize,
}

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { capacity: 100 });
    assert_eq!(bounds.total_minimum_required_bytes(), 100 * 8);
    assert_eq!(bounds.total_firm_limit_bytes(), 100 * 8);
}
