#![allow(dead_code)]

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

use memory_accounting::{ComponentBounds, MemoryBounds};

const WORD: usize = size_of::<usize>();

#[derive(MemoryBounds)]
struct Slices {
    #[bounds(per_item = 10, minimum)]
    shared: Arc<[usize]>,
    #[bounds(per_item = 10, minimum)]
    local: Rc<[usize]>,
    #[bounds(per_item = 16, minimum)]
    text: Arc<str>,
    #[bounds(per_item = 16, minimum)]
    path: Rc<Path>,
    #[bounds(per_item = 16)]
    word: Box<OsStr>,
}

/// The container itself is behind the pointer, once.
#[derive(MemoryBounds)]
struct Pointers {
    #[bounds(per_item = 10)]
    queue: Box<VecDeque<u64>>,
    #[bounds(per_item = 10)]
    shared: Arc<RwLock<Vec<u64>>>,
    #[bounds(per_item = 10)]
    local: Rc<Option<Vec<u64>>>,
    #[bounds(per_item = 10, insert_only)]
    table: Arc<Mutex<HashMap<u64, u64>>>,
}

fn main() {
    let slices =
        Slices { shared: [].into(), local: [].into(), text: "".into(), path: Path::new("").into(), word: Box::default() };
    let bounds = ComponentBounds::of(&slices);
    let minimum: Vec<_> = bounds.minimum_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(minimum, [12 * WORD, 12 * WORD, 2 * WORD + 16, 2 * WORD + 16]);
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    // A slice with counters is made from a vector, which is there as well for a while.
    assert_eq!(firm, [10 * WORD, 10 * WORD, 16, 16, 16]);

    let pointers = Pointers {
        queue: Box::default(),
        shared: Arc::default(),
        local: Rc::new(None),
        table: Arc::default(),
    };
    let bounds = ComponentBounds::of(&pointers);
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    let counters = 2 * WORD;
    let expected = [
        size_of::<VecDeque<u64>>() + 80,
        counters + size_of::<RwLock<Vec<u64>>>() + 80,
        counters + size_of::<Vec<u64>>() + 80,
        counters + size_of::<Mutex<HashMap<u64, u64>>>() + 17 * 16 + 16,
    ];
    assert_eq!(firm, expected);
}
