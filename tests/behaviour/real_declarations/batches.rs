//! Events on their way: buffers by number or by bytes, batches with two limits, and requests side by side.

use std::marker::PhantomData;

use memory_accounting::{BoundsVerifier, ComponentBounds, InvalidReason, MemoryBounds, MemoryGrant};
use serde::Deserialize;

use super::{arithmetic, bytes, keys, measured, takes_all};

/// What an event takes, with what it owns.
const EVENT_BYTES: usize = 1200;

/// Of 200 bytes, 1000 more of its own.
struct Event {
    _fields: [u8; 176],
    _text: Vec<u8>,
}

/// As many events.
fn events(number: usize) -> Vec<Event> {
    let mut events = Vec::with_capacity(number);
    events.extend((0..number).map(|_| Event { _fields: [0; 176], _text: Vec::with_capacity(1000) }));
    events
}

/// How many events, or how many bytes, a buffer in memory holds.
#[derive(Deserialize, MemoryBounds)]
#[serde(rename_all = "snake_case")]
enum BufferSize {
    MaxEvents(#[bounds(items = [u8; 200], item_bytes = 1000)] std::num::NonZeroUsize),
    MaxSize(#[bounds(bytes)] usize),
}

#[derive(Deserialize, MemoryBounds)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Buffer {
    Memory {
        #[serde(flatten)]
        #[bounds(flatten)]
        size: BufferSize,
    },
    Disk {
        #[bounds(bytes, name = "pages in flight")]
        max_inflight: usize,
    },
}

fn buffer(file: &str) -> Buffer {
    serde_json::from_str(file).unwrap()
}

#[test]
fn a_buffer_is_sized_by_events_or_by_bytes() {
    let by_events = buffer(r#"{"type": "memory", "max_events": 500}"#);
    assert_eq!(bytes(&by_events), (0, 500 * EVENT_BYTES));
    assert_eq!(
        arithmetic(&by_events),
        "root.firm = size(max_events)=200 * max_events=500 + max_events=500 * 1000"
    );
    assert_eq!(keys(&by_events), ["max_events"]);
    takes_all(&by_events, || events(500));
    let by_size = buffer(r#"{"type": "memory", "max_size": 268435488}"#);
    assert_eq!(arithmetic(&by_size), "root.firm = max_size=268435488");
    let on_disk = buffer(r#"{"type": "disk", "max_inflight": 4096}"#);
    assert_eq!(arithmetic(&on_disk), "root.firm = max_inflight=4096");
}

/// What a sink does where its operator says nothing.
trait BatchDefaults {
    const MAX_EVENTS: Option<usize>;
    const MAX_BYTES: Option<usize>;
}

struct ByEvents;

impl BatchDefaults for ByEvents {
    const MAX_EVENTS: Option<usize> = Some(1000);
    const MAX_BYTES: Option<usize> = None;
}

struct WithoutDefaults;

impl BatchDefaults for WithoutDefaults {
    const MAX_EVENTS: Option<usize> = None;
    const MAX_BYTES: Option<usize> = None;
}

#[derive(Deserialize, MemoryBounds)]
#[bounds(firm(
    name = "batch",
    bytes = "min(max_bytes.unwrap_or(D::MAX_BYTES.unwrap_or(unlimited)), max_events.unwrap_or(D::MAX_EVENTS.unwrap_or(unlimited)) * EVENT_BYTES)"
))]
#[serde(bound = "")]
struct Batch<D: BatchDefaults> {
    max_bytes: Option<usize>,
    max_events: Option<usize>,
    #[serde(skip)]
    defaults: PhantomData<D>,
}

impl<D: BatchDefaults> Batch<D> {
    fn of(max_bytes: impl Into<Option<usize>>, max_events: impl Into<Option<usize>>) -> Self {
        Self { max_bytes: max_bytes.into(), max_events: max_events.into(), defaults: PhantomData }
    }
}

#[test]
fn a_batch_has_the_lesser_of_two_limits_that_may_be_absent() {
    assert_eq!(bytes(&Batch::<ByEvents>::of(None, None)).1, 1000 * EVENT_BYTES);
    assert_eq!(bytes(&Batch::<ByEvents>::of(5000, None)).1, 5000);
    assert_eq!(bytes(&Batch::<ByEvents>::of(1 << 30, 10)).1, 10 * EVENT_BYTES);
    assert_eq!(bytes(&Batch::<WithoutDefaults>::of(7, None)).1, 7);
    assert_eq!(
        arithmetic(&Batch::<ByEvents>::of(None, None)),
        "root.firm = min(max_bytes=unlimited, max_events=1000 * EVENT_BYTES=1200)"
    );
    assert_eq!(keys(&Batch::<ByEvents>::of(None, None)), ["max_bytes", "max_events"]);
    takes_all(&Batch::<ByEvents>::of(None, None), || events(1000));
    // One event more would be too much.
    let of_bytes = measured(&Batch::<ByEvents>::of(5000, None), || events(5000 / EVENT_BYTES));
    assert_eq!(of_bytes.peak_bytes(), 4800);
    let batch = Batch::<WithoutDefaults>::of(None, 4);
    assert_eq!((batch.defaults, bytes(&batch).1), (PhantomData, 4 * EVENT_BYTES));
}

#[test]
fn a_batch_without_any_limit_is_refused_by_both_names() {
    let bounds = ComponentBounds::of(&Batch::<WithoutDefaults>::of(None, None));
    let error = BoundsVerifier::new(MemoryGrant::effective(1 << 40).unwrap(), bounds).verify().unwrap_err();
    let named: Vec<_> = error.invalid_components().map(|(_, reason)| reason.clone()).collect();
    let unlimited =
        |setting: &str| InvalidReason::Unlimited { setting: setting.to_owned(), entry: "`batch`".to_owned() };
    assert_eq!(named, [unlimited("max_bytes"), unlimited("max_events")]);
}

/// Requests side by side.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Concurrency {
    None,
    Fixed(usize),
    Adaptive { max_limit: Option<usize> },
}

impl Concurrency {
    fn fixed(&self) -> Option<usize> {
        match self {
            Self::None => Some(1),
            Self::Fixed(limit) => Some(*limit),
            Self::Adaptive { .. } => None,
        }
    }

    fn max_limit(&self) -> Option<usize> {
        match self {
            Self::Adaptive { max_limit } => *max_limit,
            _ => None,
        }
    }
}

#[derive(Deserialize, MemoryBounds)]
struct Sink {
    #[bounds(
        bytes,
        times = "key(\"concurrency.fixed\", concurrency.fixed().unwrap_or(key(\"concurrency.adaptive.max_limit\", concurrency.max_limit().unwrap_or(200))))"
    )]
    max_bytes: usize,
    concurrency: Concurrency,
}

#[test]
fn requests_side_by_side_each_have_a_batch() {
    let sink = |concurrency: &str| -> Sink {
        serde_json::from_str(&format!(r#"{{"max_bytes": 1000, "concurrency": {concurrency}}}"#)).unwrap()
    };
    assert_eq!(bytes(&sink(r#""none""#)), (0, 1000));
    assert_eq!(arithmetic(&sink(r#""none""#)), "root.firm = max_bytes=1000 * concurrency.fixed=1");
    assert_eq!(arithmetic(&sink(r#"{"fixed": 4}"#)), "root.firm = max_bytes=1000 * concurrency.fixed=4");
    assert_eq!(
        arithmetic(&sink(r#"{"adaptive": {"max_limit": 30}}"#)),
        "root.firm = max_bytes=1000 * concurrency.adaptive.max_limit=30"
    );
    assert_eq!(bytes(&sink(r#"{"adaptive": {}}"#)), (0, 200_000));
}
