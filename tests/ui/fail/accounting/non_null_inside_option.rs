use std::ptr::NonNull;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct List {
    head: Option<NonNull<u64>>,
}

fn main() {}
