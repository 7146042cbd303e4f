//! Attributes every allocation to the component that made it.
//!
//! The parts, in the order data flows through them:
//!
//! - [`AllocationGroupRegistry`] names *allocation groups* and hands out an [`AllocationGroupToken`] for each.
//! - Entering a token makes its group the *current* one of this thread until the [`TrackingGuard`] is dropped;
//!   [`Track`] does the same for a value or a future, wherever it is polled and dropped.
//! - [`TrackingAllocator`] wraps the global allocator and counts what it hands out to the current group, and what
//!   it takes back from the group that made it, whichever thread frees it. A [`Placement`] says where it remembers that.
//! - [`AllocationStats`] and [`AllocationStatsSnapshot`] show the counts.
//!
//! ```
//! use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};
//!
//! #[global_allocator]
//! static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
//!
//! let parser = AllocationGroupRegistry::global().register_allocation_group("parser");
//! let buffer = parser.scope(|| vec![0_u8; 4096]);
//! assert_eq!(parser.stats().live_bytes(), 4096);
//! drop(buffer);
//! assert_eq!(parser.stats().live_bytes(), 0);
//! ```
//!
//! # What is counted
//!
//! The bytes that were asked for, once the inner allocator has said yes; never what the inner allocator rounds up to
//! and never the bookkeeping of this module. A reallocation counts as an allocation of the new size by the current
//! group and a deallocation of the old size by the group that owned the block.
//!
//! # Removing groups
//!
//! A group that is [removed](AllocationGroupRegistry::remove_allocation_group) keeps what it has alive, and the threads
//! inside, until both are gone; then its place is used again. On a Linux without the `membarrier` call the place stays
//! taken, since nothing else tells cheaply that no thread is about to enter.
//!
//! # Peaks
//!
//! [`peak_bytes`](AllocationGroupToken::peak_bytes) is the most that was alive at once, of a group and of the process.
//! Threads report to it in batches, so it may be off by a batch for each thread and costs a comparison; a group for which
//! that is not enough, such as one that a test measures,
//! [tracks its peak exactly](AllocationGroupToken::track_exact_peak). A peak counts the new block of a reallocation
//! together with the old one. [`AllocationGroupRegistry::approximate_live_bytes`] tells in one load, and as exactly, how
//! much is alive in the process.
//!
//! What else explains growth later: [`PeakMoment`] says who held what when most was live, and
//! [`largest_allocations_bytes`](crate::ComponentUsage::largest_allocations_bytes) in which blocks, of which an allocation that reports takes note.
//!
//! # What is allocated once
//!
//! Some memory is allocated by whoever happens to be first, and then kept for the process. It is charged to that component, and may
//! be more than all it declares:
//!
//! | what | bytes | remedy |
//! |---|---|---|
//! | debug information, read for the first backtrace that is printed | tens of MB, by the size of the program | [`install_panic_hook`]; for backtraces of errors, print one at the start |
//! | the buffer of standard output | 1,024 | print, or lock it, at the start |
//! | what a `LazyLock`, a `OnceLock` or a thread-local holds | any | touch it at the start of the process, or of the thread |
//! | what a runtime, a logger or a client keeps for all its users | any | make it outside of components |
//!
//! Where the start is not in the root group, [`AllocationGroupToken::root`]`().scope(…)` makes it so. The C library's own state, such as
//! that of name resolution, is in no group.
//!
//! # What it costs
//!
//! A block costs a handful of loads and stores that wait for no other thread, and entering and leaving a group less; the README has
//! numbers. Each thread has a table of counters: two pages where there are up to 64 groups, 8 KiB of address space, and a page of memory
//! more for each further 64 that the thread has used. A table has room for the groups there are when it is made, rounded up to a power of
//! two; a thread that meets a later one takes a second, larger one. Tables of ended threads are used again. A [`Placement`] says what
//! remembering groups takes.
//!
//! # Where it works
//!
//! Before `main`, in destructors of thread-locals, and in a forked child: counting never locks, allocates through the tracked allocator,
//! panics, or fails. Counts are in 64 bits on every machine, so a target needs atomic integers of 64 bits, and native thread-locals.
//!
//! - **`fork`**: registering, removing and listing groups works in the child as well, and so do components: the thread that forks waits until no
//!   other one is at it. Handlers of the program's own (`pthread_atfork`) may do it too, and wait for threads that do: the library's are
//!   registered before `main`, so they run closer to the copying. The threads of the parent are gone in the child, without having left
//!   their groups: what they were inside of is not reclaimed there.
//! - **Signal handlers**: allocating in one is undefined with most allocators. Where it is done all the same, a handler that interrupts
//!   the counting of its own thread may make that thread's counts drift by what the handler allocates.
//! - **`cdylib`**: a dynamic library has its own copy of this module, so one that installs the allocator sees only its own allocations. Its
//!   tables are not given back by `dlclose`: the address space stays reserved (with [`SideTable`], some hundred MiB), and the memory that was
//!   used of it. Off glibc, unload it only once the threads that allocated through it have ended: the system tells the library of that.
//! - **Windows**: takes Rust 1.93. Before, std ends the process at its first `std::thread::spawn`.
//! - **No memory at all**: glibc ends the process where a thread's first allocation is made and not even the few bytes are left that
//!   registering a destructor takes ("failed to register TLS destructor"), as it does for any thread-local with one. This module looks
//!   before it registers its own, and std registers one at the start of every thread.

#[expect(unsafe_code, reason = "says of a guard that it is not `Send`, in words that lead on")]
mod guard;
pub(crate) mod limits;
mod panic_hook;
mod peak_moment;
#[expect(unsafe_code, reason = "reads and writes the group beside the block it belongs to, or in a table")]
mod placement;
mod probe;
mod process;
mod protocol;
mod readings;
mod registry;
mod snapshot;
mod stats;
#[cfg(test)]
#[expect(unsafe_code, reason = "allocates from an allocator that is not the global one")]
mod tests;
#[expect(unsafe_code, reason = "reaches the thread's current group through a pointer")]
mod thread;
mod token;
#[expect(unsafe_code, reason = "drops a pinned value inside its group")]
mod tracked;
#[expect(unsafe_code, reason = "implements `GlobalAlloc`")]
mod tracking;

pub use self::guard::TrackingGuard;
pub use self::panic_hook::install_panic_hook;
pub use self::peak_moment::{PeakHolder, PeakMoment};
pub use self::placement::{Placement, SideTable, Trailer};
pub(crate) use self::readings::{GroupReading, GroupReadings};
pub use self::registry::AllocationGroupRegistry;
pub use self::snapshot::AllocationStatsSnapshot;
pub use self::stats::AllocationStats;
pub use self::token::AllocationGroupToken;
pub use self::tracked::{Track, Tracked};
pub use self::tracking::TrackingAllocator;
pub use crate::system::purge;
