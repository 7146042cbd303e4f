use memory_accounting::MemoryBounds;

struct Cache {
    max: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    cache: Option<Cache>,
    #[bounds(per_item = "cache.max")]
    buffer: Vec<u64>,
}

fn main() {}
