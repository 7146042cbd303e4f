use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity", times = 2)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 100, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 * 100 * 8);
}
