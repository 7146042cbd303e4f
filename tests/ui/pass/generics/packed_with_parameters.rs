#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(Clone, Copy, MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
#[repr(C, packed)]
struct Header<S, L> {
    kind: u8,
    #[bounds(bytes)]
    size: S,
    #[bounds(subcomponent)]
    limits: L,
}

fn main() {
    let component = Header { kind: 1, size: 3_u32, limits: Limits { bytes: 4 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}
