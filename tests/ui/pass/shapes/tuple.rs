#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Aggregator(usize, #[bounds(per_item = self.0)] Vec<u64>);

fn main() {
    let component = Aggregator(128, Vec::new());
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 1024);
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "size(1)=8 * 0=128");
}
