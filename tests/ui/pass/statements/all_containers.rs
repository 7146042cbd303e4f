#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

use std::collections::{BinaryHeap, HashSet, VecDeque};

#[derive(MemoryBounds)]
struct Containers {
    #[bounds(per_item = 10)]
    vec: Vec<u16>,
    #[bounds(per_item = 10)]
    deque: VecDeque<u16>,
    #[bounds(per_item = 10)]
    slice: Box<[u16]>,
    #[bounds(per_item = 10)]
    text: String,
    #[bounds(per_item = 10)]
    heap: BinaryHeap<u16>,
    #[bounds(per_item = 10, headroom)]
    map: HashMap<u16, u16>,
    #[bounds(per_item = 10, headroom)]
    set: HashSet<u16>,
}

fn main() {
    let component = Containers {
        vec: Vec::new(),
        deque: VecDeque::new(),
        slice: Box::new([]),
        text: String::new(),
        heap: BinaryHeap::new(),
        map: HashMap::new(),
        set: HashSet::new(),
    };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 20 + 20 + 20 + 10 + 20 + (32 * 5 + 16) + (32 * 3 + 16));
}
