use memory_accounting::{ComponentBounds, MemoryBounds};

struct Limits {
    queue: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    limits: Limits,
    #[bounds(per_item = limits.queue)]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { limits: Limits { queue: 10 }, buffer: Vec::new() };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
