#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Queue<C> {
    #[bounds(per_item = 4)]
    items: C,
}

fn main() {
    let component = Queue { items: std::collections::VecDeque::<u32>::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 16);
}
