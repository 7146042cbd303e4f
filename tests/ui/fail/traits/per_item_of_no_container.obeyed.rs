use memory_accounting::{ComponentBounds, MemoryBounds};

struct Wrapper(Vec<u64>);

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity * 8")]
    buffer: Wrapper,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Wrapper(Vec::new()) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
