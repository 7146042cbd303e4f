use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
struct Configuration {
    capacity: usize,
    #[bounds(bytes = "capacity")]
    limit: usize,
}

fn main() {
    let component = Configuration { capacity: 10, limit: 3 };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}
