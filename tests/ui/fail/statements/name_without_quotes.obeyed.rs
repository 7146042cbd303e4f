use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct StoreConfiguration {
    #[bounds(items = u64, name = "bytes")]
    capacity: usize,
}

fn main() {
    let component = StoreConfiguration { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
