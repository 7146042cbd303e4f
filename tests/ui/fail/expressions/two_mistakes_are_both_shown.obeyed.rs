use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    entries: usize,
    #[bounds(per_item = "capacity * entries")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, entries: 3, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * 3 * 8);
}
