use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    max_bytes: usize,
    #[bounds(bytes = "max_bytes", minimum)]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { max_bytes: 4096, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}
