//! What the messages about amounts say, done.
#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[bounds(settings)]
struct Configuration {
    host: String,
    #[bounds(bytes)]
    buffer_bytes: usize,
}

#[derive(MemoryBounds)]
#[bounds(minimum(name = "table", sizes = HashMap<u64, u64>, per_item = "capacity"))]
#[bounds(firm(name = "names", sizes = Vec<String>, per_item = "capacity", item_bytes = "8"))]
#[bounds(firm(name = "labels", sizes = Vec<String>, per_item = "capacity", item_skip = "the names'"))]
struct Aggregator {
    #[bounds(items = 24)]
    capacity: usize,
}

fn main() {
    let configuration = Configuration { host: String::new(), buffer_bytes: 2 };
    assert_eq!(ComponentBounds::of(&configuration).total_firm_limit_bytes(), 2);
    let bounds = ComponentBounds::of(&Aggregator { capacity: 10 });
    let firm: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(firm[1..], [10 * (24 + 8), 240, 240]);
    assert_eq!(bounds.skipped()[0].name(), "labels items");
}
