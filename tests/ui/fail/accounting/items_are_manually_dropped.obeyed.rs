use std::mem::ManuallyDrop;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity, item_bytes = 100)]
    buffer: Vec<ManuallyDrop<String>>,
}

fn main() {
    let component = Aggregator { capacity: 3, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3 * (24 + 100));
}
