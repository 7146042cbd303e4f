use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, LinkedList};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::Duration;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds, Clone)]
struct Cache {
    #[bounds(bytes)]
    max_bytes: usize,
}

struct Mine<T, const SLOTS: usize>([T; SLOTS]);

const SLOTS: usize = 2;

#[derive(MemoryBounds)]
#[bounds(settings)]
struct Configuration {
    by_path: HashMap<PathBuf, Cache>,
    by_time: BTreeMap<Duration, Cache>,
    weighted: HashMap<String, (u32, Cache)>,
    one: Option<(u32, Cache)>,
    timed: Vec<(Duration, Cache)>,
    loaded: Result<Cache, String>,
    shared: Cow<'static, Cache>,
    linked: LinkedList<Cache>,
    late: LazyLock<Cache>,
    pinned: Pin<Box<Cache>>,
    mine: Mine<Cache, SLOTS>,
}

fn main() {}
