use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    #[bounds(skip = "counted by the pool")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
