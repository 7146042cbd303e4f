use std::collections::VecDeque;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", headroom)]
    buffer: VecDeque<u64>,
}

fn main() {}
