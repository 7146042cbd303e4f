use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "names", sizes = Vec<String>, per_item = "capacity", item_bytes = 32))]
struct Aggregator {
    capacity: usize,
}

fn main() {
    let bytes = ComponentBounds::of(&Aggregator { capacity: 100 }).total_firm_limit_bytes();
    assert_eq!(bytes, 100 * (size_of::<String>() + 32));
}
