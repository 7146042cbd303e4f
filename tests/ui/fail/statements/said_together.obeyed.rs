use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    depth: usize,
    #[bounds(per_item = "depth", item_bytes = "64")]
    names: Vec<String>,
    #[bounds(sizes = Vec<u64>, per_item = "depth / 2")]
    #[expect(dead_code)]
    window: usize,
    #[bounds(per_item = "depth")]
    table: Box<Vec<u64>>,
    #[bounds(per_item = "depth")]
    queue: Vec<u64>,
}

fn main() {
    let component =
        Store { depth: 4, names: Vec::new(), window: 9, table: Box::default(), queue: Vec::new() };
    let firm = 4 * (24 + 64) + 2 * 8 + (24 + 4 * 8) + 4 * 8;
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), firm);
}
