use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(boxed)]
    table: Arc<Mutex<HashMap<u64, u64>>>,
    #[bounds(boxed)]
    pointer: Box<*const u8>,
}

fn main() {}
