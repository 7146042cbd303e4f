#![allow(dead_code)]

use std::rc::Rc;
use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

const WORD: usize = size_of::<usize>();

#[derive(MemoryBounds)]
struct Owners {
    #[bounds(per_item = 1)]
    boxed: Box<[u64; 3]>,
    #[bounds(per_item = 1)]
    shared: Arc<usize>,
    #[bounds(per_item = 1)]
    local: Rc<usize>,
    #[bounds(per_item = 10, minimum)]
    shared_slice: Arc<[usize]>,
    #[bounds(per_item = 10, minimum)]
    local_slice: Rc<[usize]>,
}

fn main() {
    let component = Owners {
        boxed: Box::default(),
        shared: Arc::default(),
        local: Rc::default(),
        shared_slice: Arc::default(),
        local_slice: Rc::default(),
    };
    let bounds = ComponentBounds::of(&component);
    let minimum: Vec<_> = bounds.minimum_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(minimum, [12 * WORD, 12 * WORD]);
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    // A slice with counters is made from a vector, which is there as well for a while.
    assert_eq!(firm, [24, 3 * WORD, 3 * WORD, 10 * WORD, 10 * WORD]);
}
