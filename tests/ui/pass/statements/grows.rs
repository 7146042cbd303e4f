#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Log {
    #[bounds(per_item = 5, grows)]
    lines: Vec<u64>,
}

fn main() {
    let component = Log { lines: Vec::new() };
    // capacity 8, and the 4 it grew from
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), (8 + 4) * 8);
}
