//! Whole nodes: texts and addresses beside sizes, parts by name, loaded lists, and what is there once for each core.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytesize::ByteSize;
use memory_accounting::{ComponentBounds, MemoryBounds};
use serde::Deserialize;

use super::{arithmetic, bytes, keys, takes_all};

/// Of a crate that knows nothing of this one.
#[derive(Default)]
struct Url(String);

#[derive(Default)]
struct Tls {
    certificate: std::path::PathBuf,
    key: Option<std::path::PathBuf>,
}

/// Nearly all of it owns a little heap, and none of that is the memory that the sizes are about.
#[derive(Default, MemoryBounds)]
#[bounds(settings, rename_all = "kebab-case")]
struct SearcherNode {
    cluster_id: String,
    node_id: String,
    listen_address: Option<String>,
    advertise_address: Option<String>,
    peer_seeds: Vec<String>,
    metastore_uri: Url,
    default_index_uri: Option<Url>,
    data_directory: std::path::PathBuf,
    extra_headers: BTreeMap<String, String>,
    tls: Option<Tls>,
    #[bounds(bytes)]
    fast_field_cache_capacity: ByteSize,
    #[bounds(bytes)]
    split_footer_cache_capacity: ByteSize,
    #[bounds(bytes)]
    partial_request_cache_capacity: ByteSize,
    #[bounds(bytes = "aggregation_memory_limit * max_concurrent_searches", name = "aggregations")]
    aggregation_memory_limit: ByteSize,
    max_concurrent_searches: usize,
    #[bounds(bytes, or = "4 MiB", times = max_concurrent_searches)]
    split_cache: Option<ByteSize>,
    #[bounds(bytes, minimum)]
    ingest_queue: ByteSize,
    #[bounds(bytes, minimum)]
    ingest_disk_buffer: ByteSize,
    #[bounds(bytes = "max(grpc_message_size, 1 MiB)", name = "messages")]
    grpc_message_size: ByteSize,
    ratio: f32,
    keep_alive: Duration,
    request_timeout: Option<Duration>,
}

#[test]
fn a_node_of_texts_needs_one_word() {
    let node = SearcherNode {
        fast_field_cache_capacity: ByteSize::gib(1),
        split_footer_cache_capacity: ByteSize::mib(500),
        aggregation_memory_limit: ByteSize::mib(1),
        max_concurrent_searches: 100,
        ingest_queue: ByteSize::b(5),
        ..SearcherNode::default()
    };
    assert_eq!(bytes(&node), (5, (1 << 30) + (500 << 20) + (100 << 20) + (400 << 20) + 5 + (1 << 20)));
    let expected = [
        "aggregation-memory-limit",
        "fast-field-cache-capacity",
        "grpc-message-size",
        "ingest-disk-buffer",
        "ingest-queue",
        "max-concurrent-searches",
        "partial-request-cache-capacity",
        "split-cache",
        "split-footer-cache-capacity",
    ];
    assert_eq!(keys(&node), expected);
    let texts = [&node.cluster_id, &node.node_id, &node.metastore_uri.0];
    assert!(texts.iter().all(|text| text.is_empty()) && node.default_index_uri.is_none());
    let addresses = (&node.listen_address, &node.advertise_address, &node.peer_seeds, &node.extra_headers);
    assert_eq!(addresses, (&None, &None, &Vec::new(), &BTreeMap::new()));
    let tls = Tls::default();
    assert_eq!((tls.certificate.as_os_str().len(), tls.key), (0, None));
    assert_eq!((node.data_directory.as_os_str().len(), node.keep_alive), (0, Duration::ZERO));
    assert!(node.ratio < 1.0 && node.request_timeout.is_none() && node.tls.is_none());
}

#[derive(Deserialize, MemoryBounds)]
struct CardinalityLimit {
    #[bounds(items = [u8; 32], name = "values", times = "self.multiplier()")]
    value_limit: usize,
    #[serde(default)]
    multiplier: Option<usize>,
}

impl CardinalityLimit {
    fn multiplier(&self) -> usize {
        self.multiplier.unwrap_or(1)
    }
}

#[derive(Deserialize, MemoryBounds)]
struct PerMetric {
    #[serde(flatten)]
    #[bounds(flatten)]
    limit: CardinalityLimit,
}

#[derive(Deserialize, MemoryBounds)]
struct Limits {
    #[serde(flatten)]
    #[bounds(flatten)]
    global: CardinalityLimit,
    #[bounds(subcomponent)]
    per_metric_limits: HashMap<String, PerMetric>,
}

#[test]
fn each_metric_is_a_component_dots_and_all() {
    let limits: Limits = serde_json::from_str(
        r#"{"value_limit": 500, "per_metric_limits": {"http.requests": {"value_limit": 10, "multiplier": 3}, "queue": {"value_limit": 1}}}"#,
    )
    .unwrap();
    insta::assert_snapshot!(arithmetic(&limits), @r#"
    root.firm = size(values)=32 * value_limit=500 * multiplier=1
    root.per_metric_limits."http.requests".firm = size(values)=32 * value_limit=10 * multiplier=3
    root.per_metric_limits.queue.firm = size(values)=32 * value_limit=1 * multiplier=1
    "#);
}

/// Networks that a proxy treats otherwise, read once.
#[derive(MemoryBounds)]
struct Detection {
    #[bounds(owned, minimum)]
    skipped: Arc<HashSet<IpAddr>>,
    #[bounds(items = [u8; 128])]
    max_connections: usize,
}

#[test]
fn a_loaded_set_is_counted_as_it_is() {
    let skipped = Arc::new((0..20).map(|last| IpAddr::from([10, 0, 0, last])).collect());
    let detection = Detection { skipped, max_connections: 10 };
    // 32 buckets of 17 bytes and a control byte, behind the set and two counters
    let set = 32 * 18 + 16 + size_of::<HashSet<IpAddr>>() + 2 * size_of::<usize>();
    assert_eq!(bytes(&detection), (set, set + 1280));
    assert_eq!(detection.skipped.len(), 20);
    assert_eq!(keys(&detection), ["max_connections"]);
    takes_all(&detection, || {
        let skipped: Arc<HashSet<IpAddr>> = Arc::new(detection.skipped.iter().copied().collect());
        (skipped, Vec::<[u8; 128]>::with_capacity(detection.max_connections))
    });
}

/// An allow-list that is already filled.
#[derive(MemoryBounds)]
struct Router {
    #[bounds(owned)]
    allowed: HashSet<String>,
    #[bounds(owned)]
    renamed: HashMap<String, String>,
}

#[test]
fn a_filled_allow_list_counts_its_texts() {
    let names = ["alpha", "beta"];
    let router = Router {
        allowed: names.iter().map(ToString::to_string).collect(),
        renamed: names.iter().map(|name| (name.to_string(), [name, "-2"].concat())).collect(),
    };
    let texts = 5 + 4 + (5 + 7) + (4 + 6);
    let tables = (4 * (size_of::<String>() + 1) + 16) + (4 * (2 * size_of::<String>() + 1) + 16);
    assert_eq!(bytes(&router), (0, texts + tables));
    assert_eq!((router.allowed.len(), router.renamed.len()), (2, 2));
    assert_eq!(keys(&router), [""; 0]);
    takes_all(&router, || (router.allowed.clone(), router.renamed.clone()));
}

/// Everything in the file that no field is called.
#[derive(Default)]
struct Unrecognized<T> {
    values: BTreeMap<String, String>,
    of: PhantomData<T>,
}

#[derive(Default, MemoryBounds)]
struct StreamingConfiguration {
    #[bounds(bytes = "block_cache_capacity_mb.unwrap_or(512) * 1 MiB * block_cache_percent / 100")]
    block_cache_capacity_mb: Option<usize>,
    block_cache_percent: u32,
    #[bounds(skip = "what it holds is warned about and forgotten")]
    unrecognized: Unrecognized<Self>,
}

#[test]
fn a_share_in_percent_of_what_may_be_absent() {
    let configuration = StreamingConfiguration { block_cache_percent: 30, ..Default::default() };
    assert_eq!(bytes(&configuration), (0, ((512_usize << 20) * 30).div_ceil(100)));
    assert_eq!(
        arithmetic(&configuration),
        "root.firm = block_cache_capacity_mb=512 * 1048576 * block_cache_percent=30 / 100"
    );
    assert!(configuration.unrecognized.values.is_empty());
    assert_eq!(configuration.unrecognized.of, PhantomData);
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct TopicName(&'static str);

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[derive(MemoryBounds)]
struct Topic {
    #[bounds(items = u64)]
    queue_capacity: u16,
}

/// A pipeline runs once on each core, and no setting says how many there are.
#[derive(MemoryBounds)]
struct Engine {
    #[bounds(subcomponent)]
    topics: BTreeMap<TopicName, Topic>,
    #[bounds(items = [u8; 64], times = "constant(\"cores\", self.cores())")]
    channel_size: usize,
}

impl Engine {
    fn cores(&self) -> usize {
        self.topics.len() + 2
    }
}

#[test]
fn what_nobody_sets_is_not_advised_to_be_lower() {
    let topics = [("spans.in", 4), ("logs", 2)];
    let topics = topics.map(|(name, queue_capacity)| (TopicName(name), Topic { queue_capacity }));
    let engine = Engine { topics: topics.into(), channel_size: 10 };
    insta::assert_snapshot!(arithmetic(&engine), @r#"
    root.firm = size(channel_size)=64 * channel_size=10 * cores=4
    root.topics.logs.firm = size(queue_capacity)=8 * queue_capacity=2
    root.topics."spans.in".firm = size(queue_capacity)=8 * queue_capacity=4
    "#);
    let settings = memory_accounting::sizing::explain(&ComponentBounds::of(&engine), 100).settings;
    assert!(settings.iter().all(|setting| setting.key != "cores"), "{settings:?}");
}

trait Store: MemoryBounds {
    fn store_name(&self) -> String;
}

#[derive(MemoryBounds)]
struct TagStore {
    #[bounds(bytes)]
    max_bytes: usize,
}

impl Store for TagStore {
    fn store_name(&self) -> String {
        format!("tags.{}", self.max_bytes)
    }
}

#[derive(MemoryBounds)]
struct Metadata {
    #[bounds(subcomponent, named = name_of)]
    stores: Vec<Box<dyn Store>>,
}

fn name_of(store: &dyn Store) -> String {
    store.store_name()
}

#[test]
fn a_store_is_called_by_its_method() {
    let store = |max_bytes| -> Box<dyn Store> { Box::new(TagStore { max_bytes }) };
    assert_eq!(
        arithmetic(&Metadata { stores: vec![store(7), store(5)] }),
        "root.stores.\"tags.5\".firm = max_bytes=5\nroot.stores.\"tags.7\".firm = max_bytes=7"
    );
}

const MAX_PAYLOAD: usize = 3_200_000;

#[expect(dead_code, reason = "counted, not used")]
struct Transaction<B>(u64, B);

/// Eight transactions up front, and queues whose settings stand at the top of the file.
#[derive(MemoryBounds)]
#[bounds(minimum(name = "in flight", bytes = "size_of::<Transaction<B>>() * 8"))]
#[bounds(firm(name = "queues", bytes = "high_prio_buffer_size * MAX_PAYLOAD + retry_queue_bytes"))]
struct Forwarder<B> {
    #[bounds(rename = "forwarder_high_prio_buffer_size")]
    high_prio_buffer_size: usize,
    #[bounds(rename = "forwarder_retry_queue_payloads_max_size")]
    retry_queue_bytes: u64,
    body: PhantomData<B>,
}

#[test]
fn a_forwarder_is_known_by_the_keys_of_its_file() {
    let forwarder = Forwarder::<[u8; 24]> {
        high_prio_buffer_size: 100,
        retry_queue_bytes: 15_000_000,
        body: PhantomData,
    };
    assert_eq!(bytes(&forwarder), (256, 256 + 335_000_000));
    assert_eq!(
        arithmetic(&forwarder),
        "root.min = size(Transaction<B>)=32 * 8\nroot.firm = forwarder_high_prio_buffer_size=100 * MAX_PAYLOAD=3200000 + \
         forwarder_retry_queue_payloads_max_size=15000000"
    );
    assert_eq!(forwarder.body, PhantomData);
    takes_all(&forwarder, || {
        let payloads = forwarder.high_prio_buffer_size * MAX_PAYLOAD;
        let in_flight = Vec::<Transaction<[u8; 24]>>::with_capacity(8);
        let retried = usize::try_from(forwarder.retry_queue_bytes).unwrap();
        (in_flight, Vec::<u8>::with_capacity(payloads), Vec::<u8>::with_capacity(retried))
    });
}
