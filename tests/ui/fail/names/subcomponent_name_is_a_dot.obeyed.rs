use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent = "limits")]
    limits: Limits,
}

fn main() {
    let component = Aggregator { capacity: 10, limits: Limits { bytes: 7 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}
