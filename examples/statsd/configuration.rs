//! What an operator can set. Nearly every number here sizes memory somewhere, so these structs declare all the memory that
//! each component may take. They name the types the components use, so that a declaration changes with the code.

mod address;
mod changes;
mod file;
mod overhead;
mod pieces;
mod promised;
mod within;

use std::net::{Ipv4Addr, SocketAddr};

use memory_accounting::{MemoryBounds, StartupSettings};
use serde::{Deserialize, Serialize};

use crate::aggregator::{Aggregator, Context, FamilyTable, LONGEST_SUFFIX_BYTES, SeriesTable, Store};
use crate::destination::Destination;
use crate::pool::Slot;
use crate::source::{Packet, Source};
use crate::{RECEIVING_THREADS, SERVING_THREADS};

use overhead::{
    CONNECTION_BYTES, DESTINATION_BYTES, PARSING_BYTES, PROCESS_BYTES, REPORT_BYTES, SOURCE_BYTES,
    TEXT_HEADER_BYTES, WORKER_BYTES,
};

pub(crate) use address::Address;
pub(crate) use changes::Change;
pub(crate) use file::FileError;
pub(crate) use overhead::AGGREGATOR_BYTES;
pub(crate) use within::{Count, Within};

/// The most tags a line may carry: they are sorted on the stack, in an array of this length.
pub(crate) const MOST_TAGS: usize = 64;

/// The most bytes a UDP packet can carry over IPv4.
const MOST_PACKET_BYTES: usize = 65_507;

/// The least and the most bytes of a receive buffer: the system rounds up what is less, and counts twice of it in 31 bits.
const LEAST_RECEIVE_BYTES: usize = 4_096;
const MOST_RECEIVE_BYTES: usize = 1 << 29;

/// The smallest request buffer the HTTP implementation works with.
const LEAST_REQUEST_BYTES: usize = 8_192;

/// All settings of the agent, from file and flags. As a component it is the whole process: what it declares itself is
/// what no other component claims.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, MemoryBounds)]
#[serde(deny_unknown_fields, default)]
#[bounds(minimum(name = "process", bytes = "PROCESS_BYTES"))]
#[bounds(firm(name = "reports", bytes = "REPORT_BYTES"))]
#[bounds(minimum(name = "workers", bytes = "(RECEIVING_THREADS + SERVING_THREADS) * WORKER_BYTES"))]
pub(crate) struct Configuration {
    /// The limit of the process, what of it is set aside, and what becomes of a configuration that does not fit.
    pub(crate) memory: StartupSettings,
    #[bounds(subcomponent)]
    pub(crate) source: SourceConfiguration,
    #[bounds(subcomponent)]
    pub(crate) aggregator: AggregatorConfiguration,
    #[bounds(subcomponent)]
    pub(crate) destination: DestinationConfiguration,
    /// Whether the limit is one that a demonstration set for itself.
    #[serde(skip)]
    pub(crate) limit_is_the_demonstrations: bool,
}

/// Settings of the UDP listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, MemoryBounds)]
#[serde(deny_unknown_fields, default)]
#[bounds(component = Source, prefix = "source.", minimum(name = "overhead", bytes = "SOURCE_BYTES"))]
pub(crate) struct SourceConfiguration {
    /// Where StatsD packets arrive.
    pub(crate) address: Address,
    /// Longer packets are counted and dropped.
    pub(crate) max_packet_bytes: Within<1, MOST_PACKET_BYTES>,
    /// Packets received and not yet aggregated. All their buffers are allocated at the start.
    // One byte more than allowed tells a packet that is too long from one that just fits.
    #[bounds(items = Slot<Box<[u8]>>, item_bytes = "max_packet_bytes + 1", minimum, name = "buffers")]
    #[bounds(items = Slot<Packet>, item_skip = "the buffers of packets are the pool's", minimum, name = "packets")]
    pub(crate) packet_buffers: Count,
    /// Bytes of packets that the system keeps until they are received; as many as it likes where this is not set. What arrives
    /// while they are full is lost, and counted.
    // The system takes twice as much, for what it keeps beside a packet. That is no heap of this process, but its control group pays for it.
    #[bounds(bytes = "2 * receive_buffer_bytes.unwrap_or(0)", name = "receive buffer")]
    pub(crate) receive_buffer_bytes: Option<Within<LEAST_RECEIVE_BYTES, MOST_RECEIVE_BYTES>>,
}

/// Settings of the part that keeps the metrics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, MemoryBounds)]
#[serde(deny_unknown_fields, default)]
#[bounds(component = Aggregator, component = Store, prefix = "aggregator.")]
#[bounds(minimum(name = "overhead", bytes = "AGGREGATOR_BYTES"))]
// While a series' values move into a larger list, the list before is still there. One moves at a time.
#[bounds(firm(
    name = "moving",
    bytes = "max(sample_limit * size_of::<f64>(), set_limit * size_of::<u64>())"
))]
pub(crate) struct AggregatorConfiguration {
    /// Distinct combinations of name and tags kept at once; lines that would make more are counted and dropped, unless there are idle
    /// ones.
    #[bounds(sizes = SeriesTable, headroom, minimum, name = "series",
        item_bytes = "TEXT_HEADER_BYTES + max_context_bytes + max(sample_limit * size_of::<f64>(), set_limit * size_of::<u64>())")]
    #[bounds(sizes = FamilyTable, headroom, minimum, name = "families", item_bytes = "max_name_bytes")]
    #[bounds(sizes = Vec<Context>, minimum, name = "order", item_skip = "the texts are those of the series")]
    pub(crate) context_limit: Count,
    /// Bytes of a metric name.
    #[bounds(bytes = "max_name_bytes + LONGEST_SUFFIX_BYTES", minimum, name = "related name")]
    pub(crate) max_name_bytes: Count,
    /// Bytes of a metric name and its tags together, written as labels.
    #[bounds(sizes = String, minimum, name = "text")]
    pub(crate) max_context_bytes: Count,
    /// Tags of one line.
    pub(crate) tag_limit: Within<0, MOST_TAGS>,
    /// Latest values kept for the quantiles of one timer, histogram or distribution.
    #[bounds(sizes = Vec<f64>, minimum, name = "sorting")]
    pub(crate) sample_limit: Count,
    /// Distinct members of one set in one flush interval.
    pub(crate) set_limit: Count,
    /// What the value of a gauge means that has a sign.
    pub(crate) signed_gauges: SignedGauges,
    /// Seconds between flushes.
    pub(crate) flush_seconds: Within<1, 86_400>,
    /// A context nobody has sent to for this many flush intervals is idle. A gauge or a set is then forgotten. What has a total goes
    /// on from it, so it is kept until another context needs its place, the longest idle first.
    pub(crate) idle_flushes: Count,
}

/// What `-3` says that is sent to a gauge: clients of different origin mean different things, and a line does not tell whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SignedGauges {
    /// Three less than before, as in the first `StatsD`. A level below zero is sent as `0` and then as a change.
    Change,
    /// A level of -3, as `DogStatsD` clients mean it.
    Level,
}

/// Settings of the HTTP endpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, MemoryBounds)]
#[serde(deny_unknown_fields, default)]
#[bounds(component = Destination, prefix = "destination.")]
#[bounds(minimum(name = "overhead", bytes = "DESTINATION_BYTES"))]
// While a head is read into a larger buffer or parsed, the smaller buffer or copies of its names are there as well. Nothing
// is awaited in between, so that happens in no more connections than there are threads.
#[bounds(firm(
    name = "parsing",
    bytes = "min(connection_limit, SERVING_THREADS) * (max_request_bytes + PARSING_BYTES)"
))]
pub(crate) struct DestinationConfiguration {
    /// Where `GET /metrics` is answered.
    pub(crate) address: Address,
    /// Connections served at once; further ones wait in the system's queue. While all are taken, one that stands still gives way.
    // A buffer for the head, and two pieces; see `allocated_piece_bytes`.
    #[bounds(
        bytes = "connection_limit * (4 * max_request_bytes + 2 * piece_bytes + CONNECTION_BYTES)",
        name = "connections"
    )]
    pub(crate) connection_limit: Count,
    /// Bytes of a request's head. The buffer for it doubles, so it may have room for twice as much.
    pub(crate) max_request_bytes: Within<LEAST_REQUEST_BYTES, { 1 << 16 }>,
    /// Seconds after which a connection is closed, whatever it is doing: a browser that is shown the memory keeps one.
    pub(crate) connection_seconds: Within<1, 3_600>,
    /// Bytes of a page that are written at once, and sent before more are. A page is as long as there are metrics.
    pub(crate) piece_bytes: Within<16_384, { usize::MAX }>,
}

impl Default for SourceConfiguration {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8125)).into(),
            max_packet_bytes: Within::of::<8_192>(),
            packet_buffers: Within::of::<64>(),
            receive_buffer_bytes: None,
        }
    }
}

impl Default for AggregatorConfiguration {
    fn default() -> Self {
        Self {
            context_limit: Within::of::<4_096>(),
            max_name_bytes: Within::of::<200>(),
            max_context_bytes: Within::of::<512>(),
            tag_limit: Within::of::<32>(),
            sample_limit: Within::of::<256>(),
            set_limit: Within::of::<256>(),
            signed_gauges: SignedGauges::Change,
            flush_seconds: Within::of::<10>(),
            idle_flushes: Within::of::<30>(),
        }
    }
}

impl Default for DestinationConfiguration {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8126)).into(),
            connection_limit: Within::of::<64>(),
            max_request_bytes: Within::of::<16_384>(),
            connection_seconds: Within::of::<600>(),
            piece_bytes: Within::of::<16_384>(),
        }
    }
}
