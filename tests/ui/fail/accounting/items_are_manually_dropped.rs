use std::mem::ManuallyDrop;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity)]
    buffer: Vec<ManuallyDrop<String>>,
}

fn main() {}
