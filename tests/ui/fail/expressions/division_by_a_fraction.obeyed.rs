use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = capacity * 4 / 3)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 75, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100 * 8);
}
