use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Buffer<T> {
    #[bounds(per_item = 10)]
    items: Vec<T>,
}

fn main() {
    let bounds = ComponentBounds::of(&Buffer::<u64> { items: Vec::new() });
    assert_eq!(bounds.total_firm_limit_bytes(), 80);
}
