use memory_accounting::MemoryBounds;

struct Cache {
    max: Option<usize>,
}

#[derive(MemoryBounds)]
struct Aggregator {
    shards: usize,
    cache: Cache,
    #[bounds(per_item = shards * cache.max + 16)]
    buffer: Vec<u64>,
}

fn main() {}
