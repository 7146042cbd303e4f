use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
struct Pool {
    #[bounds(subcomponent = "another_name")]
    first: Limits,
    #[bounds(subcomponent)]
    second: Limits,
}

fn main() {
    let component = Pool { first: Limits { bytes: 3 }, second: Limits { bytes: 4 } };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 7);
}
