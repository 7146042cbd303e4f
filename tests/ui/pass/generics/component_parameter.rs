#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Inner {
    #[bounds(bytes)]
    size: usize,
}

#[derive(MemoryBounds)]
struct Stage<T> {
    #[bounds(flatten)]
    inner: T,
}

fn main() {
    let component = Stage { inner: Inner { size: 4 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4);
}
