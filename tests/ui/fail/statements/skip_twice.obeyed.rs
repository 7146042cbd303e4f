use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(skip = "counted by the pool")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
