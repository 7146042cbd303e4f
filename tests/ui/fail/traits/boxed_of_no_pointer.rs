use std::sync::{Arc, Mutex};

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Filter {
    #[bounds(boxed)]
    predicate: Box<dyn Fn(u8) -> bool>,
    #[bounds(boxed)]
    name: Arc<str>,
    #[bounds(boxed)]
    buffer: Vec<u8>,
    #[bounds(boxed)]
    counter: Mutex<u64>,
}

fn main() {}
