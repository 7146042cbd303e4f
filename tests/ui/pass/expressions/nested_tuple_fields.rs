#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    pair: ((u8, u16), u8),
    #[bounds(bytes = self.pair.0.1)]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { pair: ((1, 9), 2), scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "pair.0.1=9");
}
