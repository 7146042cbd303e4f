use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Option<usize>,
    #[bounds(per_item = "self.capacity_or_default()")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn capacity_or_default(&self) -> usize {
        self.capacity.unwrap_or(5)
    }
}

fn main() {
    let component = Aggregator { capacity: None, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 40);
}
