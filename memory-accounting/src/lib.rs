//! Live inside a memory limit: declare, verify, track, limit and see the memory of a service's components.
//!
//! Each part of a service, a *component*, declares how much memory it needs as a function of its configuration. At start-up all of it
//! is proved to fit what the process may use. While the program runs, every allocation is attributed to the component that made it, and
//! cooperating callers are slowed before the limit is hit.
//!
//! # The parts
//!
//! - **Declare**: [`MemoryBounds`] and its derive turn a type into [`ComponentBounds`], a tree of named [`UsageExpr`]s.
//!   [`Container`] says what containers really take, [`OwnedHeap`] what a loaded list holds, [`ConfigValue`] what a setting may be.
//! - **Verify**: [`BoundsVerifier`] proves bounds against a [`MemoryGrant`], and [`Detection`] finds the limit to grant;
//!   [`sizing::explain`] says what is too big, [`MemoryPartitioner`] divides the grant, and [`BoundsDifference`] says what has changed.
//! - **Track**: [`allocator::TrackingAllocator`] attributes allocations to groups; [`ComponentRegistry`] gives every component its own.
//! - **Limit**: [`MemoryLimiter`] holds cooperating callers back while memory is scarce, and promises bytes by a [`Reservation`]; [`Startup`] finds the
//!   limit, verifies and limits in one call.
//! - **See**: [`MemoryReport`] shows declared against live, as text, JSON, metrics (also as a page for Prometheus) and events, and over HTTP; [`Guide`] is a page on which
//!   settings are changed before a deployment.
//!
//! # Quick start
//!
//! ```
//! use memory_accounting::allocator::TrackingAllocator;
//! use memory_accounting::{ComponentRegistry, MemoryBounds, MemoryGrant};
//!
//! #[global_allocator]
//! static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
//!
//! # #[cfg(feature = "derive")]
//! #[derive(MemoryBounds)]
//! struct Aggregator {
//!     capacity: usize,
//!     #[bounds(per_item = "capacity")]
//!     buffer: Vec<u64>,
//! }
//!
//! # #[cfg(feature = "derive")]
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let aggregator = Aggregator { capacity: 128, buffer: Vec::new() };
//!     let registry = ComponentRegistry::default();
//!     let component = registry.register("topology.aggregator", &aggregator);
//!     registry.verify_bounds(MemoryGrant::effective(4096)?)?;
//!     let _buffer = component.token().scope(|| Vec::<u64>::with_capacity(aggregator.capacity));
//!     let usage = component.usage();
//!     assert_eq!(usage.declared.firm_limit, Some(1024));
//!     assert_eq!(usage.live.map(|live| live.bytes), Some(1024));
//!     Ok(())
//! }
//! # #[cfg(not(feature = "derive"))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `derive` (default) | `#[derive(MemoryBounds)]` and `#[derive(ConfigValue)]` |
//! | `axum` (or `api`) | the reports over HTTP, as a router of `axum` 0.8 |
//! | `metrics` | usage and the limiter's state as metrics of the `metrics` 0.24 facade |
//! | `tracing` | verification results and changes of the limiter's level as events of `tracing` 0.1 |
//! | `bytesize` | `ByteSize` of `bytesize` 2 as a [`ConfigValue`] |
//! | `futures-core` | streams of `futures-core` 0.3 that are polled and dropped inside their allocation group |
//! | `tokio` | [`Container`] rules for the bounded `mpsc` and the `broadcast` channel of `tokio::sync` 1, and for what is in its `Mutex` or `RwLock` |
//! | `async-channel` | [`Container`] rules for the bounded channel of `async-channel` 2 |
//! | `crossbeam-channel` | [`Container`] rules for the bounded channel of `crossbeam-channel` 0.5 |
//! | `flume` | [`Container`] rules for the bounded channel of `flume` 0.12 |
//! | `indexmap` | [`Container`] rules for `IndexMap` and `IndexSet` of `indexmap` 2 |
//! | `hashbrown` | [`Container`] rules for `HashMap` and `HashSet` of `hashbrown` 0.17 |
//! | `lru` | [`Container`] rule for `LruCache` of `lru` 0.19 |
//! | `parking_lot` | [`Container`] rules for what is in a `Mutex` or `RwLock` of `parking_lot` 0.12 |
//! | `slab` | [`Container`] rule for `Slab` of `slab` 0.4 |
//! | `smallvec` | [`Container`] rule for `SmallVec` of `smallvec` 1 |
//! | `cli` | the program `memory-bounds`, which answers operators' questions about bounds; nothing in the library |
//! | `testing` | the module `testing`: measuring code, and holding components to their bounds, in tests |
//!
//! The versions are those of the crate whose types or layout a feature relies on. Which versions container rules were proved with, and what
//! is true of a newer one, is said at [`Container`].
//!
//! # Limits of what is promised
//!
//! Stacks, memory mapped by C libraries, fragmentation in the allocator and page tables are outside of what components are charged with:
//! the slop factor of a grant sets something aside for them.
//!
//! The minimum supported Rust version is 1.85.

#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)
)]

mod bytes;
mod lines;
mod lock;
mod table;
mod headroom;
mod system;

mod expr;
mod config_value;
mod container;
mod owned;
mod bounds;
pub mod sizing;
mod difference;
mod grant;
mod verifier;
mod partitioner;
pub mod allocator;
mod registry;
mod limiter;
mod startup;
mod report;
mod guide;
#[cfg(feature = "axum")]
mod api;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "axum")]
pub use self::api::MemoryAPIHandler;
pub use self::bounds::{
    BoundsBuilder, BoundsEntry, ComponentBounds, MemoryBounds, MemoryBoundsBuilder, NameError, SkippedField,
    Times,
};
pub use self::config_value::ConfigValue;
#[cfg(feature = "tokio")]
pub use self::container::SendingThreads;
pub use self::container::{Container, HashContainer};
pub use self::difference::BoundsDifference;
pub use self::expr::{SettingRange, UsageExpr};
pub use self::grant::{
    DetectError, Detection, GrantError, GroupLimit, LimitSetting, LimitSource, LimitState, LimitedGroup,
    MemoryGrant, UnknownReason, UnreadFile,
};
pub use self::guide::Guide;
pub use self::limiter::{
    BoundSource, ComponentLimitError, ComponentLimiter, ComponentLimiterBuilder, ComponentState, Enforcement,
    Fill, HookRegistration, HookState, KernelSignals, Ledger, Level, LevelReport, LimiterCounts,
    LimiterError, LimiterHealth, LimiterMode, LimiterSettings, LimiterState, Limits, Measure, MemoryLimiter,
    MemoryLimiterBuilder, MemoryScarce, Pressure, PressureLevel, ReclaimHook, ReclaimRequest, Reservation,
    ReserveError, ReserveReason, Thresholds, UnknownLevel, UnknownLimiterMode, WaitCounts, WaitTimedOut,
};
pub use self::owned::OwnedHeap;
pub use self::partitioner::{MemoryPartitioner, MemoryShare, PartitionMode};
pub use self::registry::{
    ComponentRegistry, ComponentUsage, DeclaredBytes, LiveBytes, RedeclareError, RemoveError,
    UnknownComponent, UnneededBytes,
};
#[cfg(feature = "metrics")]
pub use self::report::MetricsPublisher;
pub use self::report::{
    MeasuredBytes, MeasuredMoment, MeasuredSlop, MemoryReport, MetricDescription, MetricKind, MetricUnit,
};
pub use self::startup::{
    Checked, LimitChange, LimitWatch, Refusal, Started, Startup, StartupError, StartupMode, StartupSettings,
    UnknownMode,
};
pub use self::verifier::{BoundsVerifier, InvalidComponent, InvalidReason, VerifiedBounds, VerifierError};

/// Implements [`trait@ConfigValue`] for a struct of one field, as that field does.
#[cfg(feature = "derive")]
pub use memory_accounting_derive::ConfigValue;
/// Implements [`trait@MemoryBounds`] from a type's fields.
#[cfg(feature = "derive")]
pub use memory_accounting_derive::MemoryBounds;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
