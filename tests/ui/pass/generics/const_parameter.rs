#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Ring<T, const N: usize> {
    slots: [T; N],
    #[bounds(per_item = N)]
    overflow: Vec<T>,
}

fn main() {
    let component = Ring { slots: [1_u32; 5], overflow: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 20);
}
