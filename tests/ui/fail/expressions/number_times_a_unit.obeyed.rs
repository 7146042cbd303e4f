use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    #[expect(dead_code)]
    capacity: usize,
    #[bounds(bytes = "1024 MiB")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1 << 30);
}
