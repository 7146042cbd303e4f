#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names {
    #[bounds(per_item = 10, item_bytes = 32, minimum)]
    names: Vec<String>,
}

fn main() {
    let component = Names { names: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 10 * std::mem::size_of::<String>());
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * std::mem::size_of::<String>() + 320);
}
