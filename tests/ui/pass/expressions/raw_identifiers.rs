#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    r#type: usize,
    #[bounds(bytes = "r#type * r#type")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { r#type: 3, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "type=3 * type=3");
}
