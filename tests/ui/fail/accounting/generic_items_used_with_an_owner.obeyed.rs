use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Queue<T> {
    depth: usize,
    #[bounds(per_item = "depth", item_bytes = "100")]
    items: Vec<T>,
}

fn main() {
    let queue = Queue { depth: 3, items: vec![String::new()] };
    assert_eq!(memory_accounting::ComponentBounds::of(&queue).total_firm_limit_bytes(), 3 * (24 + 100));
}
