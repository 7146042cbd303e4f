//! The parts of an agent that receives, aggregates and forwards metrics.

use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::sync::Arc;

use bytesize::ByteSize;
use memory_accounting::{ComponentBounds, MemoryBounds, sizing};
use serde::{Deserialize, Deserializer};

use super::{arithmetic, bytes, to_exprs};

fn byte_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByteSize, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[derive(Deserialize, MemoryBounds)]
struct ReceiverConfiguration {
    #[serde(rename = "dogstatsd_buffer_count")]
    #[bounds(bytes = "buffer_count * (buffer_size + 4)", minimum, name = "buffers")]
    #[bounds(bytes = "(buffer_count_max - buffer_count) * (buffer_size + 4)", name = "elastic buffers")]
    buffer_count: usize,
    #[serde(rename = "dogstatsd_buffer_count_max")]
    buffer_count_max: usize,
    #[serde(rename = "dogstatsd_buffer_size")]
    buffer_size: u32,
    #[serde(rename = "dogstatsd_interner_size", deserialize_with = "byte_size")]
    #[bounds(bytes, minimum, name = "interner")]
    interner_size: ByteSize,
}

fn receiver(buffer_count_max: usize) -> ReceiverConfiguration {
    serde_json::from_value(serde_json::json!({
        "dogstatsd_buffer_count": 128,
        "dogstatsd_buffer_count_max": buffer_count_max,
        "dogstatsd_buffer_size": 8192,
        "dogstatsd_interner_size": "2 MiB",
    }))
    .unwrap()
}

#[test]
fn a_receiver_has_buffers_up_front_and_elastic_ones() {
    let minimum = 128 * 8196 + 2 * 1024 * 1024;
    assert_eq!(bytes(&receiver(256)), (minimum, minimum + 128 * 8196));
    assert_eq!(bytes(&receiver(128)), (minimum, minimum));
    assert_eq!(bytes(&receiver(0)), (minimum, minimum), "fewer at most than up front");
}

#[test]
fn a_receiver_is_reported_under_the_keys_an_operator_writes() {
    insta::assert_snapshot!(to_exprs(&receiver(256)), @r#"
    {"bytes":1049088,"component":"root","expr":{"type":"Product","values":[{"name":"dogstatsd_buffer_count","type":"Config","value":128},{"type":"Sum","values":[{"name":"dogstatsd_buffer_size","type":"Config","value":8192},{"name":"","type":"Constant","value":4}]}]},"kind":"minimum","label":"buffers","name":"root.min"}
    {"bytes":2097152,"component":"root","expr":{"name":"dogstatsd_interner_size","type":"Config","value":2097152},"kind":"minimum","label":"interner","name":"root.min"}
    {"bytes":1049088,"component":"root","expr":{"type":"Product","values":[{"minuend":{"name":"dogstatsd_buffer_count_max","type":"Config","value":256},"subtrahend":{"name":"dogstatsd_buffer_count","type":"Config","value":128},"type":"Difference"},{"type":"Sum","values":[{"name":"dogstatsd_buffer_size","type":"Config","value":8192},{"name":"","type":"Constant","value":4}]}]},"kind":"firm","label":"elastic buffers","name":"root.firm"}
    "#);
}

#[expect(dead_code, reason = "counted, not used")]
struct Context {
    name: u64,
    tags: u64,
}

#[expect(dead_code, reason = "counted, not used")]
struct Metric([u64; 3]);

#[expect(dead_code, reason = "counted, not used")]
struct Snapshot([u64; 4]);

#[derive(MemoryBounds)]
struct AggregatorConfiguration {
    #[bounds(sizes = HashMap<Context, Metric>, name = "contexts")]
    #[bounds(sizes = Vec<Snapshot>, name = "snapshots")]
    context_limit: usize,
}

#[test]
fn one_limit_of_an_aggregator_sizes_two_structures() {
    // 2000 slots take 4096 buckets of 40 bytes and a control byte, 2048 while they double
    let contexts = (41 * 4096 + 16) + (41 * 2048 + 16);
    let configuration = AggregatorConfiguration { context_limit: 1000 };
    assert_eq!(bytes(&configuration), (0, contexts + 32_000));
    let bounds = ComponentBounds::of(&configuration);
    let largest = sizing::explain(&bounds, contexts + 31_999).settings;
    assert_eq!(largest.len(), 1, "one key, two statements");
    assert_eq!(
        (largest[0].key.as_str(), largest[0].largest_that_fits),
        ("context_limit", sizing::LargestThatFits::AtMost(999))
    );
    assert_eq!(bytes(&AggregatorConfiguration { context_limit: 0 }), (0, 0));
}

type Key = [u8; 12];
type Value = u64;

#[derive(MemoryBounds)]
struct MapperConfiguration {
    #[bounds(items = (Key, Option<Value>), name = "cache")]
    cache_size: usize,
}

#[test]
fn a_mapper_caches_tuples_and_a_size_of_nothing_counts_nothing() {
    // 12 bytes, rounded to 16, and a number that may be absent
    assert_eq!(bytes(&MapperConfiguration { cache_size: 10 }), (0, 10 * 32));
    assert_eq!(bytes(&MapperConfiguration { cache_size: 0 }), (0, 0));
    assert_eq!(
        arithmetic(&MapperConfiguration { cache_size: 10 }),
        "root.firm = size(cache)=32 * cache_size=10"
    );
}

const MAX_PAYLOAD: usize = 3_200_000;

#[derive(MemoryBounds)]
#[bounds(firm(name = "queues", bytes = "retry_queue_bytes + high_prio_buffer_size * MAX_PAYLOAD"))]
struct QueueConfiguration {
    retry_queue_bytes: u64,
    high_prio_buffer_size: usize,
}

#[derive(MemoryBounds)]
struct FlatForwarder {
    #[bounds(flatten)]
    queues: QueueConfiguration,
}

#[derive(MemoryBounds)]
struct DottedForwarder {
    #[bounds(
        bytes = "queues.retry_queue_bytes + queues.high_prio_buffer_size * MAX_PAYLOAD",
        name = "queues"
    )]
    queues: QueueConfiguration,
}

fn queues() -> QueueConfiguration {
    QueueConfiguration { retry_queue_bytes: 15_000_000, high_prio_buffer_size: 100 }
}

#[test]
fn a_forwarder_counts_its_queues_through_a_nested_configuration() {
    let expected = (0, 15_000_000 + 100 * 3_200_000);
    let (flat, dotted) = (FlatForwarder { queues: queues() }, DottedForwarder { queues: queues() });
    assert_eq!((bytes(&flat), bytes(&dotted)), (expected, expected));
    assert_eq!(
        arithmetic(&flat),
        "root.firm = queues.retry_queue_bytes=15000000 + queues.high_prio_buffer_size=100 * MAX_PAYLOAD=3200000"
    );
    assert_eq!(
        arithmetic(&dotted),
        "root.firm = queues.retry_queue_bytes=15000000 + queues.high_prio_buffer_size=100 * MAX_PAYLOAD=3200000"
    );
}

#[derive(Default, MemoryBounds)]
struct Store {
    limit: usize,
    #[bounds(per_item = "limit", minimum)]
    rows: Vec<u64>,
    #[bounds(per_item = "limit")]
    recent: VecDeque<[u8; 3]>,
    #[bounds(per_item = "limit", insert_only)]
    index: HashMap<u32, u32>,
    #[bounds(per_item = "limit", headroom)]
    dirty: HashSet<u64>,
    #[bounds(per_item = "limit", grows)]
    expiring: BinaryHeap<(u32, u32)>,
}

#[test]
fn a_store_has_one_limit_and_five_containers() {
    let store = Store { limit: 100, ..Store::default() };
    let (rows, recent) = (800, 300);
    let (index, dirty) = (9 * 128 + 16, 9 * 256 + 16);
    let expiring = 8 * (2 * 99 + 99);
    assert_eq!(bytes(&store), (rows, rows + recent + index + dirty + expiring));
    let at_rest =
        [store.rows.len(), store.recent.len(), store.index.len(), store.dirty.len(), store.expiring.len()];
    assert_eq!(at_rest, [0; 5]);
}

#[derive(MemoryBounds)]
struct WorkerConfiguration {
    #[bounds(items = [u8; 1500], minimum, name = "packets")]
    queue_depth: u16,
    #[bounds(bytes)]
    scratch_bytes: u32,
}

#[derive(MemoryBounds)]
struct PoolConfiguration {
    workers: NonZeroUsize,
    #[bounds(subcomponent, times = "workers")]
    worker: WorkerConfiguration,
}

#[test]
fn a_pool_counts_its_worker_as_often_as_it_runs() {
    let worker = WorkerConfiguration { queue_depth: 64, scratch_bytes: 4096 };
    let pool = PoolConfiguration { workers: NonZeroUsize::new(8).unwrap(), worker };
    assert_eq!(bytes(&pool), (8 * 64 * 1500, 8 * (64 * 1500 + 4096)));
    insta::assert_snapshot!(to_exprs(&pool), @r#"
    {"bytes":768000,"component":"worker","expr":{"type":"Product","values":[{"name":"packets","type":"StructSize","value":1500},{"name":"queue_depth","type":"Config","value":64},{"name":"workers","type":"Config","value":8}]},"kind":"minimum","name":"root.worker.min","times":[{"component":"root","expr":{"name":"workers","type":"Config","value":8}}]}
    {"bytes":32768,"component":"worker","expr":{"type":"Product","values":[{"name":"scratch_bytes","type":"Config","value":4096},{"name":"workers","type":"Config","value":8}]},"kind":"firm","name":"root.worker.firm","times":[{"component":"root","expr":{"name":"workers","type":"Config","value":8}}]}
    "#);
}

trait Builder: MemoryBounds {}

#[derive(MemoryBounds)]
struct Stage {
    #[bounds(bytes)]
    buffer_bytes: usize,
}

impl Builder for Stage {}

#[derive(MemoryBounds)]
struct Chain {
    #[bounds(subcomponent)]
    stages: Vec<(String, Box<dyn Builder>)>,
    #[bounds(subcomponent)]
    fallback: Option<Box<dyn MemoryBounds>>,
    #[bounds(flatten)]
    delegate: Arc<dyn Builder>,
}

#[derive(MemoryBounds)]
struct FlatChain {
    #[bounds(flatten)]
    stages: Vec<(String, Box<dyn Builder>)>,
}

fn stages() -> Vec<(String, Box<dyn Builder>)> {
    let stage = |name: &str, buffer_bytes| -> (String, Box<dyn Builder>) {
        (name.to_owned(), Box::new(Stage { buffer_bytes }))
    };
    vec![stage("parse", 10), stage("filter.fast", 200)]
}

#[test]
fn a_chain_has_members_by_name_an_optional_one_and_a_delegate_on_its_own_level() {
    let chain =
        |fallback| Chain { stages: stages(), fallback, delegate: Arc::new(Stage { buffer_bytes: 4000 }) };
    assert_eq!(bytes(&chain(None)), (0, 4210));
    let with_fallback = chain(Some(Box::new(Stage { buffer_bytes: 30_000 })));
    assert_eq!(bytes(&with_fallback), (0, 34_210));
    insta::assert_snapshot!(arithmetic(&with_fallback), @r#"
    root.firm = delegate.buffer_bytes=4000
    root.fallback.firm = buffer_bytes=30000
    root.stages."filter.fast".firm = buffer_bytes=200
    root.stages.parse.firm = buffer_bytes=10
    "#);
}

#[test]
fn members_of_a_flat_chain_are_direct_subcomponents() {
    let bounds = ComponentBounds::of(&FlatChain { stages: stages() });
    let names: Vec<_> = bounds.subcomponents().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["filter.fast", "parse"]);
}

#[derive(MemoryBounds)]
struct AllowList {
    max_names: usize,
    max_name_bytes: ByteSize,
    #[bounds(per_item = "max_names", item_bytes = "max_name_bytes", headroom)]
    names: HashSet<String>,
}

#[test]
fn an_allow_list_counts_its_table_and_the_bytes_of_every_name() {
    let list = AllowList { max_names: 10, max_name_bytes: ByteSize::b(64), names: HashSet::new() };
    let table = 32 * (size_of::<String>() + 1) + 16;
    assert_eq!(bytes(&list), (0, table + 10 * 64));
    assert!(list.names.is_empty());
}

trait Encoder {
    type Output;
}

struct Compressed;

impl Encoder for Compressed {
    type Output = [u8; 4096];
}

#[derive(MemoryBounds)]
#[bounds(minimum(name = "output", bytes = size_of::<E::Output>()))]
struct Buffered<E: Encoder> {
    pending: usize,
    #[bounds(per_item = pending, item_skip = "the encoder's")]
    outputs: VecDeque<E::Output>,
    encoder: PhantomData<E>,
}

#[test]
fn a_generic_component_knows_the_size_of_an_associated_type() {
    let buffered = Buffered::<Compressed> { pending: 3, outputs: VecDeque::new(), encoder: PhantomData };
    assert_eq!(bytes(&buffered), (4096, 4 * 4096));
    assert_eq!(
        arithmetic(&buffered),
        "root.min = size(E::Output)=4096\nroot.firm = size(outputs)=4096 * pending=3"
    );
    assert_eq!((buffered.outputs.len(), buffered.encoder), (0, PhantomData));
}
