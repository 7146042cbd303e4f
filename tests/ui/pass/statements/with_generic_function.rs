#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

use memory_accounting::UsageExpr;

fn storage<T>(items: &Vec<T>) -> UsageExpr {
    UsageExpr::constant("storage", items.capacity() * size_of::<T>())
}

#[derive(MemoryBounds)]
struct Buffers {
    #[bounds(with = storage::<u8>)]
    bare: Vec<u8>,
    #[bounds(with = "storage::<u64>")]
    quoted: Vec<u64>,
}

fn main() {
    let component = Buffers { bare: Vec::with_capacity(5), quoted: Vec::with_capacity(2) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5 + 16);
}
