use memory_accounting::{ComponentBounds, MemoryBounds};

struct Cache {
    max: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    cache: Option<Cache>,
    #[bounds(per_item = key("cache.max", self.cache_max().unwrap_or(100)))]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn cache_max(&self) -> Option<usize> {
        self.cache.as_ref().map(|cache| cache.max)
    }
}

fn main() {
    let component = Aggregator { cache: Some(Cache { max: 7 }), buffer: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(buffer)=8 * cache.max=7");
}
