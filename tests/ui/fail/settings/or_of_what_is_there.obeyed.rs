use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Configuration {
    #[bounds(items = u64, or = 100)]
    max_events: Option<usize>,
}

fn main() {
    let configuration = Configuration { max_events: None };
    assert_eq!(ComponentBounds::of(&configuration).total_firm_limit_bytes(), 100 * 8);
}
