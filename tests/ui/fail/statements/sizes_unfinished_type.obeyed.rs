use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(sizes = HashMap<u8, u16>, insert_only)]
    capacity: usize,
}

fn main() {
    let component = StoreConfiguration { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 16 * 4 + 16 + 16);
}
