#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

fn main() {
    #[derive(MemoryBounds)]
    struct Local {
        capacity: usize,
        #[bounds(per_item = capacity)]
        buffer: Vec<u8>,
    }
    let component = Local { capacity: 9, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 9);
}
