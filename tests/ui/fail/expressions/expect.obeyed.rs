use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Option<usize>,
    #[bounds(per_item = capacity.unwrap_or(100))]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: None, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100 * 8);
}
