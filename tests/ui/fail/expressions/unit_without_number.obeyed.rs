use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(bytes = "capacity * 1 MiB")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Aggregator { capacity: 2, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 << 20);
}
