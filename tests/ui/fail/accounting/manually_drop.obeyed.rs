use std::mem::ManuallyDrop;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Slot {
    #[bounds(bytes = "100")]
    value: ManuallyDrop<Vec<u8>>,
}

fn main() {
    let component = Slot { value: ManuallyDrop::new(Vec::new()) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100);
}
