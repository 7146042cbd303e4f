use indexmap::IndexMap;
use memory_accounting::{ComponentBounds, Container, MemoryBounds, UsageExpr};

#[derive(MemoryBounds)]
struct Index {
    max_entries: usize,
    #[bounds(per_item = "max_entries")]
    entries: IndexMap<u64, u64>,
}

fn main() {
    let index = Index { max_entries: 100, entries: IndexMap::new() };
    let entries = IndexMap::<u64, u64>::bounded("entries", &UsageExpr::config("max_entries", 100));
    assert_eq!(ComponentBounds::of(&index).total_firm_limit_bytes(), entries.evaluate());
}
