#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Nothing;

fn main() {
    let component = Nothing;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
