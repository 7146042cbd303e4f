use memory_accounting::{ComponentBounds, MemoryBounds};

struct Capacity {
    r#fn: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Capacity,
    #[bounds(per_item = capacity.r#fn)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: Capacity { r#fn: 10 }, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10 * 8);
}
