#![deny(warnings)]
#![allow(dead_code)]

use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

struct Resolver;

#[derive(MemoryBounds)]
#[bounds(component = Resolver)]
struct ResolverConfiguration {
    server: String,
    #[bounds(subcomponent)]
    positive: Cache,
    #[bounds(flatten)]
    negative: Option<Cache>,
    #[bounds(skip = "the registry counts it")]
    shared: Arc<Cache>,
    #[cfg(any())]
    absent: Cache,
}

/// What belongs to somebody else is counted there.
#[derive(MemoryBounds)]
struct View<'a> {
    cache: &'a Cache,
    other: Option<&'a Cache>,
    both: [&'a Cache; 2],
    named: (&'a str, &'a Cache, Option<&'a Cache>),
    any: &'a dyn MemoryBounds,
    make: fn() -> Cache,
    marker: std::marker::PhantomData<Cache>,
}

/// Nothing is known of a parameter that does not say so.
#[derive(MemoryBounds)]
struct Holder<T> {
    value: T,
}

fn main() {
    let configuration = ResolverConfiguration {
        server: String::new(),
        positive: Cache { max_bytes: 10 },
        negative: Some(Cache { max_bytes: 200 }),
        shared: Arc::new(Cache { max_bytes: 3000 }),
    };
    assert_eq!(ComponentBounds::of(&configuration).total_firm_limit_bytes(), 210);
    let cache = &configuration.positive;
    let marker = std::marker::PhantomData;
    let make = || Cache { max_bytes: 0 };
    let view = View { cache, other: Some(cache), both: [cache; 2], named: ("", cache, None), any: cache, make, marker };
    assert_eq!(ComponentBounds::of(&view).total_firm_limit_bytes(), 0);
    assert_eq!(ComponentBounds::of(&Holder { value: Cache { max_bytes: 1 } }).total_firm_limit_bytes(), 0);
}
