use memory_accounting::{ComponentBounds, MemoryBounds};

struct Cache {
    max: Option<usize>,
}

#[derive(MemoryBounds)]
struct Aggregator {
    shards: usize,
    cache: Cache,
    #[bounds(per_item = "shards * cache.max.unwrap_or(100) + 16")]
    buffer: Vec<u64>,
}

fn main() {
    let component = Aggregator { shards: 4, cache: Cache { max: None }, buffer: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(buffer)=8 * (shards=4 * cache.max=100 + 16)");
}
