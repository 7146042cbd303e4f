use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    q: usize,
    #[bounds(per_item = "q * 2")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { q: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 20);
}
