use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: i64,
    #[bounds(per_item = self.capacity())]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn capacity(&self) -> usize {
        usize::try_from(self.capacity).unwrap_or(0)
    }
}

fn main() {
    let component = Aggregator { capacity: 100, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 100 * 8);
}
