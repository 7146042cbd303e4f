use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    #[bounds(bytes = 3)]
    a: Vec<u8>,
    #[bounds(per_item = "5")]
    b: Vec<u8>,
    #[bounds(per_item = 3, item_bytes = "10")]
    c: Vec<String>,
}

fn main() {
    let component = Store { a: Vec::new(), b: Vec::new(), c: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3 + 5 + 3 * (24 + 10));
}
