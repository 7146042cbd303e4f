#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[repr(C, packed)]
struct Header {
    kind: u8,
    #[bounds(bytes = "length * 2")]
    length: u32,
}

fn main() {
    let component = Header { kind: 1, length: 21 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 42);
}
