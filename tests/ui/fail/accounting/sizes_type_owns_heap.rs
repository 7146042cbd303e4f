use std::collections::HashMap;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct CacheConfiguration {
    #[bounds(sizes = HashMap<String, u64>)]
    entries: usize,
}

fn main() {}
