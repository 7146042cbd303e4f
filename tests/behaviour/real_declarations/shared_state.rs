//! State that is behind pointers and locks, as services keep it.

use std::collections::HashMap;
use std::sync::atomic::AtomicU8;
use std::sync::{Arc, Mutex, RwLock};

use memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};

use super::{arithmetic, bytes, keys, measured, takes_all};

/// What stands in front of a value behind an `Arc`.
const COUNTERS: usize = 2 * size_of::<usize>();

/// A hash table of `buckets`, for items of `size` bytes, where groups are 16 wide.
fn table(buckets: usize, size: usize) -> usize {
    buckets * size + buckets + 16
}

const PAGE_BYTES: usize = 8192;

type PageKey = (u32, u32);

#[expect(dead_code, reason = "counted, not used")]
struct Slot {
    usage: AtomicU8,
    key: Option<PageKey>,
}

/// A cache of pages: which page is where, a slot for each, their bytes in one block, and how many may be pinned.
#[derive(MemoryBounds)]
struct PageCache {
    #[bounds(rename = "page_cache_pages")]
    pages: u32,
    #[bounds(per_item = pages)]
    found: RwLock<HashMap<PageKey, u32>>,
    #[bounds(per_item = pages, minimum)]
    slots: Box<[Slot]>,
    #[bounds(bytes = "pages * PAGE_BYTES", minimum)]
    content: Box<[u8]>,
    #[bounds(boxed, minimum)]
    pinned: Arc<tokio::sync::Semaphore>,
}

#[test]
fn a_page_cache_counts_its_map_its_slots_its_pages_and_its_semaphore() {
    let cache = PageCache {
        pages: 1000,
        found: RwLock::default(),
        slots: [].into(),
        content: [].into(),
        pinned: Arc::new(tokio::sync::Semaphore::new(100)),
    };
    let slots = 1000 * size_of::<Slot>();
    let minimum = slots + 1000 * 8192 + COUNTERS + size_of::<tokio::sync::Semaphore>();
    assert_eq!(bytes(&cache), (minimum, minimum + table(2048, 12) + table(4096, 12)));
    let arithmetic = arithmetic(&cache);
    assert!(arithmetic.contains("page_cache_pages=1000 * PAGE_BYTES=8192"), "{arithmetic}");
    assert_eq!(keys(&cache), ["page_cache_pages"]);
    let report = measured(&cache, || {
        let pages = usize::try_from(cache.pages).unwrap();
        let found = RwLock::new(HashMap::<PageKey, u32>::with_capacity(pages));
        found.write().unwrap().extend((0..cache.pages).map(|page| ((page, 0), page)));
        let slots = (0..pages).map(|_| Slot { usage: AtomicU8::new(0), key: None }).collect::<Box<[Slot]>>();
        let content = vec![0_u8; pages * PAGE_BYTES].into_boxed_slice();
        (found, slots, content, Arc::new(tokio::sync::Semaphore::new(100)))
    });
    // The map may have to be cleaned.
    assert_eq!(report.headroom_bytes(), table(4096, 12), "{report}");
    let (found, content) = (cache.found.read().unwrap().len(), cache.content.len());
    assert_eq!((found, cache.slots.len(), content, cache.pinned.available_permits()), (0, 0, 0, 100));
}

#[expect(dead_code, reason = "counted, not used")]
struct Connection([u64; 8]);

#[expect(dead_code, reason = "counted, not used")]
struct EndpointPool<C> {
    connections: Vec<C>,
    total: usize,
}

#[repr(C)]
struct Counted<T> {
    counters: [usize; 2],
    value: T,
}

type Pools<C> = HashMap<u64, Arc<RwLock<EndpointPool<C>>>>;

/// Pools by endpoint, each behind a pointer and a lock of its own, and their connections on top.
#[derive(MemoryBounds)]
struct GlobalPool<C> {
    max_endpoints: usize,
    max_conns_per_endpoint: usize,
    #[bounds(
        per_item = max_endpoints,
        item_bytes = "size_of::<Counted<RwLock<EndpointPool<C>>>>() + max_conns_per_endpoint * size_of::<C>()"
    )]
    endpoints: Arc<RwLock<Pools<C>>>,
}

#[test]
fn a_pool_of_pools_counts_the_table_once_and_every_pool_with_its_connections() {
    let pool = GlobalPool::<Connection> {
        max_endpoints: 100,
        max_conns_per_endpoint: 20,
        endpoints: Arc::default(),
    };
    let outer = COUNTERS + size_of::<RwLock<HashMap<u64, Arc<()>>>>();
    let endpoint = size_of::<Counted<RwLock<EndpointPool<Connection>>>>() + 20 * 64;
    assert_eq!(bytes(&pool), (0, outer + table(128, 16) + table(256, 16) + 100 * endpoint));
    assert!(pool.endpoints.read().unwrap().is_empty());
    assert_eq!(keys(&pool), ["max_conns_per_endpoint", "max_endpoints"]);
    let report = measured(&pool, || {
        let endpoints: Arc<RwLock<Pools<Connection>>> =
            Arc::new(RwLock::new(HashMap::with_capacity(pool.max_endpoints)));
        for endpoint in 0..pool.max_endpoints as u64 {
            let connections = Vec::with_capacity(pool.max_conns_per_endpoint);
            let pool = Arc::new(RwLock::new(EndpointPool { connections, total: 0 }));
            endpoints.write().unwrap().insert(endpoint, pool);
        }
        endpoints
    });
    // The table may have to be cleaned.
    assert_eq!(report.headroom_bytes(), table(256, 16), "{report}");
}

trait Provider: Send + Sync {}

struct Nothing;

impl Provider for Nothing {}

#[expect(dead_code, reason = "counted, not used")]
struct Batch([u32; 4]);

/// Something of which nobody knows what it is, and batches by partition.
#[derive(MemoryBounds)]
struct Replicas {
    partitions: u32,
    max_batches: u32,
    #[bounds(skip = "the process's, which counts it")]
    provider: Arc<dyn Provider>,
    #[bounds(per_item = partitions, insert_only, item_bytes = "max_batches * size_of::<Batch>()")]
    batches: Arc<RwLock<HashMap<u32, Vec<Batch>>>>,
}

#[test]
fn replicas_count_their_batches_and_say_why_not_the_provider() {
    let replicas =
        Replicas { partitions: 10, max_batches: 50, provider: Arc::new(Nothing), batches: Arc::default() };
    let outer = COUNTERS + size_of::<RwLock<HashMap<u32, Vec<Batch>>>>();
    assert_eq!(bytes(&replicas), (0, outer + table(16, 32) + 10 * 50 * 16));
    let bounds = ComponentBounds::of(&replicas);
    let skipped = &bounds.skipped()[0];
    assert_eq!((skipped.name(), skipped.reason()), ("provider", "the process's, which counts it"));
    assert_eq!(keys(&replicas), ["max_batches", "partitions"]);
    takes_all(&replicas, || {
        let number = usize::try_from(replicas.partitions).unwrap();
        let batches = Arc::new(RwLock::new(HashMap::<u32, Vec<Batch>>::with_capacity(number)));
        for partition in 0..replicas.partitions {
            let of_partition = Vec::with_capacity(usize::try_from(replicas.max_batches).unwrap());
            batches.write().unwrap().insert(partition, of_partition);
        }
        batches
    });
    assert_eq!((Arc::strong_count(&replicas.provider), replicas.batches.read().unwrap().len()), (1, 0));
}

/// A size with a type of its own.
struct ByteCount(u64);

impl ConfigValue for ByteCount {
    fn config_value(&self) -> usize {
        self.0.config_value()
    }
}

#[derive(MemoryBounds)]
struct CacheConfiguration {
    #[bounds(bytes)]
    size: ByteCount,
}

/// Generic over where segments are, with a cache that all partitions use.
#[derive(MemoryBounds)]
struct Streams<S> {
    #[bounds(subcomponent)]
    cache: Arc<Mutex<CacheConfiguration>>,
    max_segments: usize,
    #[bounds(boxed, times = max_segments)]
    segment: Option<Arc<S>>,
    #[bounds(subcomponent)]
    partitions: Vec<Partition>,
}

#[derive(MemoryBounds)]
struct Partition {
    #[bounds(skip = "the streams'")]
    cache: Arc<Mutex<CacheConfiguration>>,
    #[bounds(bytes)]
    buffer: ByteCount,
}

#[test]
fn streams_count_the_cache_that_all_partitions_use_once() {
    let cache = Arc::new(Mutex::new(CacheConfiguration { size: ByteCount(4096) }));
    let partitions =
        [10, 200].map(|buffer| Partition { cache: cache.clone(), buffer: ByteCount(buffer) }).into();
    let streams = Streams::<[u64; 4]> { cache, max_segments: 3, segment: None, partitions };
    assert_eq!(bytes(&streams), (0, 4096 + 210 + 3 * (COUNTERS + 32)));
    assert!(streams.segment.is_none() && streams.partitions[0].cache.lock().is_ok());
}
