use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    #[expect(dead_code)]
    capacity: usize,
    #[bounds(per_item = "1 MiB")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 100, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), (1 << 20) * 8);
}
