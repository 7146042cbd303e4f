//! What the messages about expressions say, done.
#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "shift", bytes = "1 * 1 MiB"))]
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

fn main() {
    let bounds = ComponentBounds::of(&Aggregator { capacity: 3, limit: None });
    let bytes: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(bytes, [1 << 20, 12 << 20, 3 << 20, 5, 4, 5, 10]);
}
