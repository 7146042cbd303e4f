#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names {
    #[bounds(per_item = 7, insert_only, item_skip = "interned elsewhere")]
    names: HashMap<std::sync::Arc<str>, ()>,
    #[bounds(per_item = 7, insert_only, grows)]
    growing: std::collections::HashSet<u64>,
}

fn main() {
    let component = Names { names: HashMap::new(), growing: Default::default() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 8 * 17 + 16 + (8 * 9 + 16) + (4 * 9 + 12 - 12 + 16));
}
