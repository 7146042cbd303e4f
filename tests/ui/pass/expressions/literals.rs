#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    #[bounds(bytes = "1_000 + 8usize + 0b11 + 7u8")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 3, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "1000 + 8 + 3 + 7");
}
