#![deny(warnings)]
#![allow(dead_code)]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Weak;
use std::sync::{Arc, Mutex};

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

/// Also behind an owner.
#[derive(MemoryBounds)]
#[bounds(settings)]
struct Views<'a> {
    shared: Arc<&'a Cache>,
    cell: RefCell<&'a Cache>,
    table: HashMap<String, &'a Cache>,
    tree: BTreeMap<&'a str, Vec<&'a Cache>>,
    list: Vec<(u8, &'a Cache)>,
    locked: Arc<Mutex<Option<&'a Cache>>>,
    three: Vec<(&'a Cache, &'a Cache, &'a Cache)>,
    other_keys: HashMap<std::path::PathBuf, (u8, &'a Cache)>,
    parent: Option<Weak<Cache>>,
    make: Vec<Box<dyn Fn(Cache) -> Option<Cache>>>,
    kind: Vec<std::marker::PhantomData<Cache>>,
}

/// Has no room for a `T`.
#[derive(Clone, Copy)]
struct Id<T>(u32, std::marker::PhantomData<T>);

/// What is not in the items need not be counted with them.
#[derive(MemoryBounds)]
struct Index<'a> {
    #[bounds(per_item = 1)]
    list: Vec<&'a Cache>,
    #[bounds(per_item = 1)]
    named: HashMap<u64, &'a Cache>,
    #[bounds(items = &'static Cache)]
    slots: usize,
    first: Option<Id<Cache>>,
    #[bounds(per_item = 1)]
    free: Vec<(u8, Id<Cache>)>,
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
    let index = Index { list: Vec::new(), named: HashMap::new(), slots: 2, first: None, free: Vec::new() };
    let lists = 3 * size_of::<&Cache>() + size_of::<(u8, Id<Cache>)>();
    let table = ComponentBounds::of(&index).total_firm_limit_bytes() - lists;
    assert!(table >= 16, "{table}");
    assert_eq!(ComponentBounds::of(&Holder { value: Cache { max_bytes: 1 } }).total_firm_limit_bytes(), 0);
}
