use memory_accounting::{ComponentBounds, MemoryBounds};

struct Event([u8; 24]);

#[derive(MemoryBounds)]
struct Aggregator {
    #[bounds(items = 360)]
    capacity: usize,
    #[bounds(items = Event)]
    events: usize,
}

fn main() {
    let _ = Event([0; 24]).0;
    assert_eq!(ComponentBounds::of(&Aggregator { capacity: 100, events: 2 }).total_firm_limit_bytes(), 36_000 + 48);
}
