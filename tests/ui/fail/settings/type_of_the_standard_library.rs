use memory_accounting::MemoryBounds;
use std::time::Duration;

#[derive(MemoryBounds)]
struct Aggregator {
    window: Duration,
    #[bounds(per_item = "window * 10")]
    samples: Vec<u64>,
}

fn main() {}
