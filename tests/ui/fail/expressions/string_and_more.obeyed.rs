use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "capacity * 2")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 20 * 8);
}
