#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
enum Never {}

fn main() {
    let component: Option<Never> = None;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
