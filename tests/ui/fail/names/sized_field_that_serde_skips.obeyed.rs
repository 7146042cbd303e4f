use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
struct Configuration {
    #[bounds(bytes)]
    capacity: usize,
}

fn main() {
    let component = Configuration { capacity: 10 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}
