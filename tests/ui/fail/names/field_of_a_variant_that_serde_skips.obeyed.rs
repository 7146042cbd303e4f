use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(serde::Deserialize, MemoryBounds)]
enum StoreConfiguration {
    Memory {
        #[bounds(items = u64)]
        capacity: usize,
    },
    Disk,
}

fn main() {
    let component = StoreConfiguration::Memory { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
