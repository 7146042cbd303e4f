use memory_accounting::{ComponentBounds, MemoryBounds};
use std::time::Duration;

#[derive(MemoryBounds)]
struct Aggregator {
    window: Duration,
    #[bounds(per_item = "self.window() * 10")]
    samples: Vec<u64>,
}

impl Aggregator {
    fn window(&self) -> usize {
        usize::try_from(self.window.as_secs()).unwrap_or(usize::MAX)
    }
}

fn main() {
    let component = Aggregator { window: Duration::from_secs(60), samples: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(samples)=8 * window=60 * 10");
}
