use std::collections::HashMap;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", headroom, insert_only)]
    buffer: HashMap<u64, u64>,
}

fn main() {}
