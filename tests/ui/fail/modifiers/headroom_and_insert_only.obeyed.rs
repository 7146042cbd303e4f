use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", headroom)]
    buffer: HashMap<u64, u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: HashMap::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 32 * 16 + 32 + 16);
}
