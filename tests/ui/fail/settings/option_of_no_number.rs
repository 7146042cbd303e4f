use memory_accounting::MemoryBounds;
use std::time::Duration;

#[derive(MemoryBounds)]
struct Aggregator {
    window: Option<Duration>,
    #[bounds(per_item = window.unwrap_or(10))]
    samples: Vec<u64>,
}

fn main() {}
