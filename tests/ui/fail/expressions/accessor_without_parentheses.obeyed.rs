use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(per_item = "self.windows()")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn windows(&self) -> usize {
        4
    }
}

fn main() {
    let component = Aggregator { buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 4 * 8);
}
