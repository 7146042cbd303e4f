use std::ptr::NonNull;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct List {
    #[bounds(skip = "the list's")]
    head: Option<NonNull<u64>>,
}

fn main() {
    let component = List { head: None };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
