use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names {
    limit: usize,
    #[bounds(per_item = "limit", insert_only, item_bytes = "100")]
    names: HashMap<u64, Vec<u8>>,
}

fn main() {
    let component = Names { limit: 3, names: HashMap::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), (4 * 32 + 4 + 16) + (8 * 32 + 8 + 16) + 3 * 100);
}
