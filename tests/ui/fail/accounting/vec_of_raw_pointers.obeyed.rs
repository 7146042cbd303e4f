use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = "capacity", item_skip = "handles of the kernel")]
    handles: Vec<*const u8>,
}

fn main() {
    let component = Store { capacity: 100, handles: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100 * 8);
}
