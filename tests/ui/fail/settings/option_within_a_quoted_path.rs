use memory_accounting::MemoryBounds;

struct Inner {
    max: usize,
}

struct Cache {
    inner: Option<Inner>,
}

#[derive(MemoryBounds)]
struct Aggregator {
    cache: Cache,
    #[bounds(per_item = "cache.inner.max")]
    buffer: Vec<u64>,
}

fn main() {}
