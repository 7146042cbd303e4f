use memory_accounting::{ComponentBounds, MemoryBounds};

struct Inner {
    max: usize,
}

struct Cache {
    inner: Option<Inner>,
}

#[derive(MemoryBounds)]
struct Aggregator {
    cache: Cache,
    #[bounds(per_item = key("cache.inner.max", self.limit().unwrap_or(100)))]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn limit(&self) -> Option<usize> {
        self.cache.inner.as_ref().map(|inner| inner.max)
    }
}

fn main() {
    let component = Aggregator { cache: Cache { inner: None }, buffer: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(buffer)=8 * cache.inner.max=100");
}
