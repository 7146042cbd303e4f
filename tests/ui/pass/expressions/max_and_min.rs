#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    b: usize,
    #[bounds(bytes = "max(min(a, 10), b, 0x10)")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 3, b: 2, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "max(min(a=3, 10), b=2, 16)");
}
