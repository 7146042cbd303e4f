#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    #[bounds(bytes, minimum)]
    interner: bytesize::ByteSize,
}

fn main() {
    let component = Settings { interner: bytesize::ByteSize::kib(64) };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), 65_536);
}
