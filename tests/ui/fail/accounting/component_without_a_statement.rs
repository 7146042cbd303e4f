use std::sync::Arc;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

type Fallback = Option<Cache>;

#[derive(MemoryBounds)]
struct Resolver {
    positive: Cache,
    negative: Option<Cache>,
    others: Vec<Cache>,
    slow: Box<Cache>,
    shared: Arc<Cache>,
    pair: [Cache; 2],
    any: Box<dyn MemoryBounds>,
    fallback: Fallback,
}

fn main() {}
