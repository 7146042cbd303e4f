#![allow(dead_code)]

use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct AggregatorConfiguration {
    #[bounds(sizes = HashMap<u64, u64>, headroom, name = "contexts")]
    #[bounds(items = [u8; 10], name = "snapshot")]
    context_limit: usize,
}

fn main() {
    let component = AggregatorConfiguration { context_limit: 100 };
    // 256 buckets of 16 bytes and a control byte each, 16 more control bytes
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 256 * 17 + 16 + 1000);
}
