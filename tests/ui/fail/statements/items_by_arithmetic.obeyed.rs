use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(items = 24)]
    capacity: usize,
}

fn main() {
    assert_eq!(ComponentBounds::of(&Aggregator { capacity: 100 }).total_firm_limit_bytes(), 100 * 24);
}
