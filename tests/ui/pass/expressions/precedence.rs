#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    b: usize,
    c: usize,
    #[bounds(bytes = "a + b * c - a / b")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 1, b: 2, c: 3, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "a=1 + b=2 * c=3 - a=1 / b=2");
}
