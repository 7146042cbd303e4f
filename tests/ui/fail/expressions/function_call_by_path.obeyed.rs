use memory_accounting::{ComponentBounds, MemoryBounds};

mod limits {
    pub(crate) fn round(items: usize) -> usize {
        items.next_multiple_of(8)
    }
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "self.number()")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn number(&self) -> usize {
        limits::round(self.capacity)
    }
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 16 * 8);
}
