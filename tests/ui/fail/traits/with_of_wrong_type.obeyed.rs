use memory_accounting::{ComponentBounds, MemoryBounds, UsageExpr};

fn count(buffer: &Vec<u64>) -> UsageExpr {
    UsageExpr::constant("items", buffer.len())
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(with = count)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
