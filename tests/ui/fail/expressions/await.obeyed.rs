use memory_accounting::{ComponentBounds, MemoryBounds};

struct Capacity(usize);

impl Capacity {
    fn r#await(&self) -> usize {
        self.0
    }
}

#[derive(MemoryBounds)]
struct Aggregator {
    capacity: Capacity,
    #[bounds(per_item = "capacity.r#await()")]
    buffer: Vec<u8>,
}

fn main() {
    let component = Aggregator { capacity: Capacity(10), buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 10);
}
