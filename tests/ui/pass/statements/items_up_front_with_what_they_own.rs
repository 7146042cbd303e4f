#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Receiver {
    #[bounds(items = Vec<u8>, item_bytes = "buffer_size + 4", minimum)]
    buffer_count: u16,
    buffer_size: u32,
}

fn main() {
    let component = Receiver { buffer_count: 3, buffer_size: 96 };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 3 * (std::mem::size_of::<Vec<u8>>() + 100));
}
