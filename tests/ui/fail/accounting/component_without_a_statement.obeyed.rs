use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

type Fallback = Option<Cache>;

#[derive(MemoryBounds)]
struct Resolver {
    #[bounds(subcomponent)]
    positive: Cache,
    #[bounds(subcomponent)]
    negative: Option<Cache>,
    #[bounds(subcomponent)]
    others: Vec<Cache>,
    #[bounds(flatten)]
    slow: Box<Cache>,
    #[bounds(skip = "the registry declares it")]
    #[expect(dead_code)]
    shared: Arc<Cache>,
    #[bounds(subcomponent)]
    pair: [Cache; 2],
    #[bounds(subcomponent)]
    any: Box<dyn MemoryBounds>,
    #[bounds(flatten)]
    fallback: Fallback,
}

fn main() {
    let cache = || Cache { max_bytes: 1 };
    let component = Resolver {
        positive: cache(),
        negative: Some(cache()),
        others: vec![cache(), cache()],
        slow: Box::new(cache()),
        shared: Arc::new(cache()),
        pair: [cache(), cache()],
        any: Box::new(cache()),
        fallback: Some(cache()),
    };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 9);
}
