use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    #[bounds(per_item = "4")]
    keys: Vec<u64>,
    #[bounds(per_item = "4")]
    values: Vec<u64>,
}

fn main() {
    let component = Store { keys: Vec::new(), values: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 2 * 4 * 8);
}
