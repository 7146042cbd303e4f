use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Store(usize, #[bounds(per_item = "self.0")] Vec<u8>);

fn main() {
    let component = Store(10, Vec::new());
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}
