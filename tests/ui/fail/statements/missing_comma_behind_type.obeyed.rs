use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(items = u64, name = "x")]
    size: usize,
}

fn main() {
    let component = Aggregator { capacity: 10, size: 5 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 40);
}
