#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

mod core {}
mod std {}
struct Vec;
struct String;
struct Option;
struct Result;
struct Some;
struct None;
trait MemoryBoundsBuilder {}

#[derive(MemoryBounds)]
struct Shadowed {
    builder: usize,
    #[bounds(bytes = builder)]
    value: Vec,
    #[bounds(items = String, item_bytes = builder)]
    other: usize,
    #[bounds(skip = "nothing")]
    third: (Option, Result, Some, None),
}

fn main() {
    let component = Shadowed { builder: 3, value: Vec, other: 1, third: (Option, Result, Some, None) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 6);
}
