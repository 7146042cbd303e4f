use std::mem::ManuallyDrop;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Slot {
    value: ManuallyDrop<Vec<u8>>,
}

fn main() {}
