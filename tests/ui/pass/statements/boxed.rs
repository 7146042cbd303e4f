#![allow(dead_code)]

use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};

use memory_accounting::{ComponentBounds, MemoryBounds};

const COUNTERS: usize = 2 * size_of::<usize>();

struct Semaphore {
    permits: [usize; 4],
}

struct Connection {
    buffer: Vec<u8>,
}

#[derive(MemoryBounds)]
struct Owners<T> {
    connections: usize,
    #[bounds(boxed)]
    value: Box<[u64; 3]>,
    #[bounds(boxed, minimum)]
    shared: Arc<Semaphore>,
    #[bounds(boxed)]
    local: Option<Rc<u8>>,
    #[bounds(boxed, times = connections, name = "slot")]
    later: OnceLock<Box<u64>>,
    #[bounds(boxed, item_bytes = "4096")]
    connection: Mutex<Box<Connection>>,
    #[bounds(boxed, item_skip = "the pool's", times = "connections * 2")]
    borrowed: Arc<Connection>,
    #[bounds(boxed)]
    generic: Box<T>,
    #[bounds(boxed)]
    locked: std::cell::Cell<Option<Box<u16>>>,
}

fn main() {
    let connection = || Connection { buffer: Vec::new() };
    let component = Owners {
        connections: 10,
        value: Box::default(),
        shared: Arc::new(Semaphore { permits: [0; 4] }),
        local: None,
        later: OnceLock::new(),
        connection: Mutex::new(Box::new(connection())),
        borrowed: Arc::new(connection()),
        generic: Box::new([0_u16; 5]),
        locked: std::cell::Cell::default(),
    };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_minimum_required_bytes(), COUNTERS + size_of::<Semaphore>());
    let exprs = bounds.to_exprs();
    let firm = exprs.iter().filter(|entry| entry["kind"] == "firm");
    let firm: Vec<_> = firm.filter_map(|entry| usize::try_from(entry["bytes"].as_u64()?).ok()).collect();
    let expected = [
        24,
        COUNTERS + size_of::<usize>(),
        10 * 8,
        size_of::<Connection>() + 4096,
        20 * (COUNTERS + size_of::<Connection>()),
        10,
        2,
    ];
    assert_eq!(firm, expected);
    let slot = &bounds.firm_entries()[2];
    assert_eq!(slot.expr().to_string(), "size(slot)=8");
    assert_eq!(slot.times()[0].expr().to_string(), "connections=10");
    assert_eq!(bounds.skipped()[0].name(), "borrowed value");
}
