use memory_accounting::{ComponentBounds, MemoryBounds};

struct Event([u64; 4]);

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = Event)]
    capacity: usize,
}

fn main() {
    let component = StoreConfiguration { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 320);
}
