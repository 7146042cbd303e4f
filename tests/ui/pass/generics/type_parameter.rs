#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Queue<T> {
    depth: usize,
    #[bounds(per_item = "depth")]
    items: Vec<T>,
}

fn main() {
    let component = Queue { depth: 3, items: vec![1_u16] };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 6);
}
