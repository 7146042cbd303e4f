use std::sync::Arc;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Worker {
    shared: Arc<[u8; 64]>,
}

fn main() {}
