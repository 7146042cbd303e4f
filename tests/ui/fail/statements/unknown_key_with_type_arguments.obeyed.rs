use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(items = HashMap<u8, u8>, item_skip = "counted where they are made")]
    size: usize,
}

fn main() {
    let component = Aggregator { capacity: 10, size: 5 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5 * 48);
}
