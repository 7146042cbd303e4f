use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(bytes)]
    bytes: usize,
    #[bounds(per_item = "bytes")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Pool { bytes: 7, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7 + 7);
}
