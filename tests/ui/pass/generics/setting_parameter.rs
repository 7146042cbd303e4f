#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Queue<N> {
    #[bounds(items = u64)]
    depth: N,
}

fn main() {
    let component = Queue { depth: 3_u8 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 24);
}
