use memory_accounting::{ComponentBounds, MemoryBounds};

const WINDOWS: usize = 4;

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(per_item = constant("windows", WINDOWS))]
    buffer: Vec<u64>,
}

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { buffer: Vec::new() });
    assert_eq!(bounds.total_firm_limit_bytes(), 4 * 8);
}
