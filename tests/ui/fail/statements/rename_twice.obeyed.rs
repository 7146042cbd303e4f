use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes, rename = "a")]
    buffer: usize,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: 5 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 5);
}
