#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Tree {
    #[bounds(bytes)]
    size: usize,
    #[bounds(subcomponent)]
    children: Vec<Tree>,
}

fn main() {
    let leaf = || Tree { size: 1, children: Vec::new() };
    let component = Tree { size: 1, children: vec![leaf(), leaf()] };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3);
}
