use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Names {
    limit: usize,
    #[bounds(per_item = "limit", item_bytes = "100")]
    names: Vec<String>,
}

fn main() {
    let component = Names { limit: 3, names: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 3 * (24 + 100));
}
