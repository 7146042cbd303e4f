use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "pages", bytes = 4096))]
struct Inner;

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(subcomponent = "name")]
    buffer: Inner,
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Inner };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4096);
}
