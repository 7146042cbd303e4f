#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names(#[bounds(per_item = 16, item_skip = "the interner counts them")] Vec<String>);

#[derive(MemoryBounds)]
struct Interned {
    #[bounds(flatten)]
    hosts: Names,
}

fn main() {
    let bounds = ComponentBounds::of(&Names(Vec::new()));
    assert_eq!(bounds.total_firm_limit_bytes(), 16 * 24);
    assert_eq!(bounds.skipped()[0].name(), "its items");
    let bounds = ComponentBounds::of(&Interned { hosts: Names(Vec::new()) });
    assert_eq!(bounds.skipped()[0].name(), "hosts items");
    assert_eq!(bounds.skipped()[0].reason(), "the interner counts them");
}
