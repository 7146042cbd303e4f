use memory_accounting::{ComponentBounds, MemoryBounds};

mod limits {
    pub(crate) const MAX: usize = 10;
}

#[derive(MemoryBounds)]
struct Store {
    capacity: usize,
    #[bounds(per_item = "limits::MAX")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Store { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}
