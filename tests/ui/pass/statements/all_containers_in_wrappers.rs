#![allow(dead_code)]

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::sync::{Mutex, RwLock};

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Wrappers {
    #[bounds(per_item = 1)]
    option: Option<Vec<u16>>,
    #[bounds(per_item = 20)]
    mutex: Mutex<Vec<u16>>,
    #[bounds(per_item = 300)]
    lock: RwLock<Vec<u16>>,
    #[bounds(per_item = 4000)]
    ref_cell: RefCell<Vec<u16>>,
    #[bounds(per_item = 50_000)]
    cell: Cell<Vec<u16>>,
    #[bounds(per_item = 10, headroom)]
    table: RwLock<Option<HashSet<u16>>>,
}

fn main() {
    let component = Wrappers {
        option: None,
        mutex: Mutex::default(),
        lock: RwLock::default(),
        ref_cell: RefCell::default(),
        cell: Cell::default(),
        table: RwLock::default(),
    };
    let bounds = ComponentBounds::of(&component);
    let bytes: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(bytes, [2, 40, 600, 8000, 100_000, 32 * 3 + 16]);
}
