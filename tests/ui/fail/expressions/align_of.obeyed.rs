use memory_accounting::{ComponentBounds, MemoryBounds};

const ALIGNMENT: usize = std::mem::align_of::<u8>();

#[derive(MemoryBounds)]
struct Aggregator {
    #[expect(dead_code)]
    capacity: usize,
    #[bounds(bytes = "ALIGNMENT")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1);
}
