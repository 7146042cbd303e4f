use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity, item_skip = "the arena's")]
    buffer: Vec<*mut u8>,
}

fn main() {
    let component = Aggregator { capacity: 3, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3 * 8);
}
