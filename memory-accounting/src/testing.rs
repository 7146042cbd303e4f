//! Measuring in tests: how much a piece of code really allocates, and whether a component stays within its bounds.
//!
//! - [`measure`] runs any code and returns what it allocated, held at the end, and held at most.
//! - [`assert_within_bounds`] runs a workload of a component and fails when it ever held more than the component declares;
//!   [`bounds_report`] says how close it came, and [`TighterBounds`], after several workloads, how much less would be enough to declare.
//! - [`measure_async`], [`assert_within_bounds_async`] and [`bounds_report_async`] are the same for futures, on any runtime.
//! - [`assert_no_reservations`] fails while reservations of a limiter are held; [`watch_reservations`] does so at the end of a test.
//! - [`assert_bounds_unchanged`] fails when what is declared is not what was committed.
//!
//! What measures needs the test binary to install the tracking allocator:
//!
//! ```
//! use memory_accounting::allocator::TrackingAllocator;
//! use memory_accounting::testing::{assert_within_bounds, measure};
//! use memory_accounting::{MemoryBounds, MemoryBoundsBuilder};
//!
//! #[global_allocator]
//! static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
//!
//! struct Aggregator { capacity: usize }
//!
//! impl MemoryBounds for Aggregator {
//!     fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
//!         builder.firm().with_array::<u64>("buffer", self.capacity);
//!     }
//! }
//!
//! let measured = measure(|| vec![0_u64; 100])?;
//! assert_eq!((measured.live, measured.peak, measured.allocations), (800, 800, 1));
//!
//! let report = assert_within_bounds(&Aggregator { capacity: 128 }, |_| {
//!     let mut buffer = Vec::with_capacity(128);
//!     buffer.extend(0..96_u64);
//!     buffer
//! });
//! assert_eq!(report.headroom_percent(), 0.0);
//! # Ok::<(), memory_accounting::testing::MeasureError>(())
//! ```
//!
//! # What is measured
//!
//! Each call counts in an allocation group of its own, with an [exact peak](crate::allocator::AllocationStats::track_exact_peak),
//! so tests may run at the same time in one process. Threads and tasks that the measured code starts are counted when they
//! carry its group: give them [`wrap`](crate::allocator::AllocationGroupToken::wrap)ped closures or
//! [tracked](crate::allocator::Track) futures. What they allocate after the call has returned is not seen.
//!
//! A bound holds whatever it says when what it is about is not measured. [`assert_within_bounds`] fails where that is certain: the
//! component declares bytes and the workload allocated nothing, or returned a future that nobody has polled. What is
//! not seen:
//!
//! - what was built before the workload: build the component inside of it;
//! - what is allocated in another group, such as that of a component that takes its own token from a registry, of a future with
//!   [`track_allocations`](crate::allocator::Track::track_allocations), or of the root: give it the group of the workload instead;
//! - what threads and tasks allocate that do not carry the group. Starting one is an allocation of the workload, so this alone
//!   fails nothing;
//! - what is done after the workload has returned.
//!
//! A part that is missing beside others shows in the head-room only. Where a workload fills a component, assert that too, with
//! [`BoundsReport::headroom_percent`].
//!
//! What is [allocated once](crate::allocator#what-is-allocated-once) for the process, by whoever is first, is measured where a workload is
//! first: touch it before. Backtraces of panics are not, because the first measurement
//! [sees to it](crate::allocator::install_panic_hook).
//!
//! Only heap memory is measured. A declaration that counts the size of a component itself (`component = T`) has that much
//! head-room where the component stands on the stack.
//!
//! The group is removed when the call returns; what was measured and lives on keeps its slot until it is gone. A process has
//! 16,382 slots.

mod committed;
mod display;
mod measure;
mod report;
mod reservations;
mod tighter;
mod within;

pub use self::committed::assert_bounds_unchanged;
pub use self::measure::{MeasureError, Measurement, measure, measure_async};
pub use self::report::BoundsReport;
pub use self::reservations::{ReservationWatch, assert_no_reservations, watch_reservations};
pub use self::tighter::{TighterBounds, TighterSetting};
pub use self::within::{
    assert_within_bounds, assert_within_bounds_async, bounds_report, bounds_report_async,
};

/// For the tests of this library.
#[doc(hidden)]
pub use crate::limiter::frees_that_woke;
