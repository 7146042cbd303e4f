use std::sync::Arc;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Filter {
    #[bounds(per_item = 10)]
    predicate: Box<dyn Fn(u8) -> bool>,
    #[bounds(per_item = 10)]
    name: Arc<std::ffi::CStr>,
}

fn main() {}
