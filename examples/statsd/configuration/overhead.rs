//! What the components take besides what their settings size: bytes that libraries ask for and no rule describes. They were
//! measured with the tracking allocator under full load, and are declared with room to spare.

/// The heads of the pool's and the packets' channel, which keep their counters on cache lines of their own, the task and
/// the socket's registration: 2.7 KiB.
pub(super) const SOURCE_BYTES: usize = 4 << 10;

/// The task, the lock around the store, and the channel of flushes: 1.1 KiB.
pub(crate) const AGGREGATOR_BYTES: usize = 4 << 10;

/// The router, the list of connections, the task, the listener's registration and those of closed connections, which the runtime
/// keeps for a while: 6.2 KiB.
pub(super) const DESTINATION_BYTES: usize = 8 << 10;

/// What stands in front of a context's text: the two counters of its `Arc`, and what rounding up to a word adds.
pub(super) const TEXT_HEADER_BYTES: usize = 24;

/// A connection besides its request buffer and the pieces of a page: the 8 KiB that answers are written through, the series that
/// were read and are to be written, and the task: 15 KiB.
pub(super) const CONNECTION_BYTES: usize = 16 << 10;

/// What the parsed head of a request takes besides the names of its headers: a table of up to 100 of them, 21 KiB.
pub(super) const PARSING_BYTES: usize = 32 << 10;

/// What belongs to no component: arguments, this declaration, the limiter and what watches the limit, the runtimes' events
/// and timers, the standard streams: 113 KiB, and 20 KiB more in a demonstration.
pub(super) const PROCESS_BYTES: usize = 160 << 10;

/// What reports of memory take while they are made and until they are sent, whoever asked for them: 500 KiB.
pub(super) const REPORT_BYTES: usize = 640 << 10;

/// Each thread of the runtime, its queue of tasks and what it keeps for itself: 3 KiB.
pub(super) const WORKER_BYTES: usize = 8 << 10;
