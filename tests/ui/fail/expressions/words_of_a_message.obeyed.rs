use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity")]
    buffer: Vec<u64>,
    #[bounds(per_item = "capacity", item_bytes = "64")]
    names: Vec<String>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new(), names: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * 8 + 10 * (24 + 64));
}
