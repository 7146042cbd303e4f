use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    queue: usize,
    #[bounds(per_item = queue)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { queue: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
