#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names {
    #[bounds(per_item = 6, insert_only, item_skip = "interned elsewhere")]
    names: HashMap<std::sync::Arc<str>, ()>,
    // 7 fill a table to the last slot, so that replacing one takes the next
    #[bounds(per_item = 7, insert_only, grows)]
    growing: std::collections::HashSet<u64>,
}

fn main() {
    let component = Names { names: HashMap::new(), growing: Default::default() };
    let names = 8 * 17 + 16;
    let growing = (16 * 9 + 16) + (8 * 9 + 16);
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), names + growing);
}
