#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    b: usize,
    #[bounds(bytes = (a + b) * (a - b))]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 3, b: 2, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "(a=3 + b=2) * (a=3 - b=2)");
}
