use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct CacheConfiguration {
    #[bounds(sizes = HashMap<String, u64>, insert_only, item_bytes = "100")]
    entries: usize,
}

fn main() {
    let component = CacheConfiguration { entries: 3 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), (4 * 32 + 4 + 16) + (8 * 32 + 8 + 16) + 3 * 100);
}
