use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, LinkedList};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::Duration;

use memory_accounting::{ComponentBounds, MemoryBounds, MemoryBoundsBuilder};

#[derive(MemoryBounds, Clone)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

struct Mine<T, const SLOTS: usize>([T; SLOTS]);

const SLOTS: usize = 2;

struct ByPath(HashMap<PathBuf, Cache>);

impl MemoryBounds for ByPath {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        for (path, cache) in &self.0 {
            builder.with_subcomponent(path.display().to_string(), cache);
        }
    }
}

impl<const SLOTS: usize> MemoryBounds for Mine<Cache, SLOTS> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        self.0.specify_bounds(builder);
    }
}

#[derive(MemoryBounds)]
#[bounds(settings)]
#[expect(dead_code)]
struct Configuration {
    #[bounds(subcomponent)]
    by_path: ByPath,
    #[bounds(bytes = "100")]
    by_time: BTreeMap<Duration, Cache>,
    #[bounds(bytes = "200")]
    weighted: HashMap<String, (u32, Cache)>,
    #[bounds(skip = "the pool declares it")]
    one: Option<(u32, Cache)>,
    #[bounds(skip = "the pool declares them")]
    timed: Vec<(Duration, Cache)>,
    #[bounds(skip = "the pool declares it")]
    loaded: Result<Cache, String>,
    #[bounds(skip = "the pool declares it")]
    shared: Cow<'static, Cache>,
    #[bounds(skip = "the pool declares them")]
    linked: LinkedList<Cache>,
    #[bounds(skip = "the pool declares it")]
    late: LazyLock<Cache>,
    #[bounds(skip = "the pool declares it")]
    pinned: Pin<Box<Cache>>,
    #[bounds(subcomponent)]
    mine: Mine<Cache, SLOTS>,
}

fn main() {
    let cache = |max_bytes| Cache { max_bytes };
    let configuration = Configuration {
        by_path: ByPath(HashMap::from([(PathBuf::from("a/b"), cache(1)), (PathBuf::from("c"), cache(2))])),
        by_time: BTreeMap::new(),
        weighted: HashMap::new(),
        one: None,
        timed: Vec::new(),
        loaded: Ok(cache(5)),
        shared: Cow::Owned(cache(5)),
        linked: LinkedList::new(),
        late: LazyLock::new(|| Cache { max_bytes: 5 }),
        pinned: Box::pin(cache(5)),
        mine: Mine([cache(10), cache(20)]),
    };
    let bounds = ComponentBounds::of(&configuration);
    assert_eq!(bounds.find("by_path").unwrap().total_firm_limit_bytes(), 3);
    assert_eq!(bounds.total_firm_limit_bytes(), 3 + 100 + 200 + 30);
    assert_eq!(bounds.skipped().len(), 7);
}
