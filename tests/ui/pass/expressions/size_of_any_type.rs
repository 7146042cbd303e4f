#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    a: usize,
    #[bounds(bytes = "size_of::<(u8, Vec<u8>)>() + std::mem::size_of::<[u16; 3]>() + core::mem::size_of::<u8>()")]
    scratch: Vec<u8>,
}

fn main() {
    let component = Settings { a: 3, scratch: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "size((u8, Vec<u8>))=32 + size([u16; 3])=6 + size(u8)=1");
}
