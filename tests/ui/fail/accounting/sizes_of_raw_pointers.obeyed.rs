use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(sizes = Vec<*const u8>, item_bytes = "100")]
    size: usize,
}

fn main() {
    let component = Aggregator { capacity: 3, size: 5 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5 * (8 + 100));
}
