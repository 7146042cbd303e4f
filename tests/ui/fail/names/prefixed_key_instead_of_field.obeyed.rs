use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(prefix = "store.")]
struct Store {
    #[bounds(rename = "limit")]
    max_items: usize,
    #[bounds(per_item = "max_items * 2")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { max_items: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 20);
}
