#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

use std::mem::{ManuallyDrop, MaybeUninit};
use std::sync::atomic::AtomicPtr;

#[derive(MemoryBounds)]
struct Arena {
    #[bounds(per_item = 2, item_bytes = 10)]
    names: Vec<ManuallyDrop<String>>,
    #[bounds(per_item = 2, item_skip = "they point into the arena")]
    pointers: Vec<*mut u8>,
    #[bounds(skip = "the same")]
    head: AtomicPtr<u8>,
    #[bounds(skip = "a plain number")]
    slot: MaybeUninit<u64>,
}

fn main() {
    let slot = MaybeUninit::uninit();
    let component = Arena { names: Vec::new(), pointers: Vec::new(), head: AtomicPtr::default(), slot };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 * (24 + 10) + 2 * 8);
}
