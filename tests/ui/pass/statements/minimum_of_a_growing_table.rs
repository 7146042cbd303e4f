#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(sizes = HashMap<u64, u64>, minimum)]
    entries: usize,
}

fn main() {
    let component = Cache { entries: 100 };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 128 * 17 + 16);
    // doubles while items are removed, the table before alive until all have moved
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 256 * 17 + 16 + 128 * 17 + 16);
}
