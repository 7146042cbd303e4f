#![allow(dead_code)]

use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Containers {
    #[bounds(per_item = 10)]
    vec: Vec<u16>,
    #[bounds(per_item = 10)]
    deque: VecDeque<u16>,
    #[bounds(per_item = 10)]
    heap: BinaryHeap<u16>,
    #[bounds(per_item = 10)]
    slice: Box<[u16]>,
    #[bounds(per_item = 10)]
    text: String,
    #[bounds(per_item = 10)]
    fixed_text: Box<str>,
    #[bounds(per_item = 10)]
    system_text: OsString,
    #[bounds(per_item = 10)]
    path: PathBuf,
    #[bounds(per_item = 10, headroom)]
    map: HashMap<u16, u16>,
    #[bounds(per_item = 10, headroom)]
    set: HashSet<u16>,
}

fn main() {
    let component = Containers {
        vec: Vec::new(),
        deque: VecDeque::new(),
        heap: BinaryHeap::new(),
        slice: Box::default(),
        text: String::new(),
        fixed_text: Box::default(),
        system_text: OsString::new(),
        path: PathBuf::new(),
        map: HashMap::new(),
        set: HashSet::new(),
    };
    let bounds = ComponentBounds::of(&component);
    let bytes: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(bytes, [20, 20, 20, 20, 10, 10, 10, 10, 32 * 5 + 16, 32 * 3 + 16]);
}
