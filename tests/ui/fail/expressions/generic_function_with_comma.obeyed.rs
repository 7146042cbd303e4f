use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: usize,
    #[bounds(per_item = self.number())]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn number(&self) -> usize {
        self.capacity * size_of::<(u8, u16)>()
    }
}

fn main() {
    let component = Aggregator { capacity: 10, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 40 * 8);
}
