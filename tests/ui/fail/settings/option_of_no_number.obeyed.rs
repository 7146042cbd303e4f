use memory_accounting::{ComponentBounds, MemoryBounds};
use std::time::Duration;

#[derive(MemoryBounds)]
struct Aggregator {
    window: Option<Duration>,
    #[bounds(per_item = self.window().unwrap_or(10))]
    samples: Vec<u64>,
}

impl Aggregator {
    fn window(&self) -> Option<usize> {
        self.window.map(|window| usize::try_from(window.as_secs()).unwrap_or(usize::MAX))
    }
}

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { window: None, samples: Vec::new() });
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(samples)=8 * window=10");
}
