use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(per_item = 10)]
    table: Arc<Mutex<HashMap<u64, u64>>>,
    #[bounds(boxed, item_skip = "it is the driver's")]
    pointer: Box<*const u8>,
}

fn main() {
    let component = Pool { table: Arc::default(), pointer: Box::new(std::ptr::null()) };
    let bounds = ComponentBounds::of(&component);
    assert!(bounds.total_firm_limit_bytes() >= 10 * 16 + size_of::<*const u8>());
    assert_eq!(bounds.skipped()[0].name(), "pointer value");
}
