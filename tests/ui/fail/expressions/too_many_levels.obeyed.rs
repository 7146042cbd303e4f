use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = "self.half() - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity - capacity")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn half(&self) -> usize {
        self.capacity.saturating_sub(21 * self.capacity)
    }
}

fn main() {
    let component = Aggregator { capacity: 1, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 0);
}
