//! What the messages about expressions say, done.
#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "shift", bytes = "1 MiB"))]
#[bounds(firm(name = "unit", bytes = capacity * 4 MiB))]
#[bounds(firm(name = "unit behind a setting", bytes = "capacity * 1 MiB"))]
#[bounds(firm(name = "fraction", bytes = "capacity * 3 / 2"))]
#[bounds(firm(name = "by a fraction", bytes = capacity * 4 / 3))]
#[bounds(firm(name = "unwrap", bytes = "limit.unwrap_or(5)"))]
#[bounds(firm(name = "or of arithmetic", bytes = "limit.unwrap_or(5) * 2"))]
struct Aggregator {
    capacity: usize,
    limit: Option<usize>,
}

#[derive(MemoryBounds)]
struct AccessorOfSelf {
    queue: usize,
    #[bounds(per_item = "self.windows()")]
    windows: Vec<u64>,
    #[bounds(per_item = "queue")]
    buffer: Vec<u64>,
}

impl AccessorOfSelf {
    fn windows(&self) -> usize {
        4
    }
}

struct Settings {
    cache_size: usize,
}

#[derive(MemoryBounds)]
enum Source {
    Disk(#[bounds(bytes = "self.0.cache_size * 2")] Settings),
}

fn main() {
    let accessor = AccessorOfSelf { queue: 2, windows: vec![], buffer: vec![] };
    assert_eq!(ComponentBounds::of(&accessor).total_firm_limit_bytes(), 48);
    let disk = ComponentBounds::of(&Source::Disk(Settings { cache_size: 4 }));
    assert_eq!(disk.firm_entries()[0].expr().to_string(), "Disk.cache_size=4 * 2");
    let bounds = ComponentBounds::of(&Aggregator { capacity: 3, limit: None });
    let bytes: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(bytes, [1 << 20, 12 << 20, 3 << 20, 5, 4, 5, 10]);
}
