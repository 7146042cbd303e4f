//! What threads may do to each other inside the allocator and the limiter, explored by `loom` in every order that the memory model allows.
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=3 cargo test --release -p memory-accounting-loom
//! ```
//!
//! A crate of its own, because `--cfg loom` reaches every dependency, and most do not build with it. It compiles the very
//! modules of the library that hold the protocols, which have no statics.
//!
//! What it cannot show: on Linux the library replaces the two fences of entering and removing by a system call that
//! runs a fence on every thread. Explored are the fences.

#![cfg(loom)]
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "of the library's modules, only what has to do with other threads is used"
)]

#[path = "../../memory-accounting/src/allocator"]
mod allocator {
    pub(crate) mod protocol;
}
#[path = "../../memory-accounting/src/limiter"]
mod limiter {
    pub(crate) mod promises;
}

/// A table has counters for so many groups.
#[cfg(test)]
const GROUPS: usize = allocator::protocol::groups::MAXIMUM_GROUPS as usize;

/// No tables but the shared one, which has counters for every group.
#[cfg(test)]
fn tables() -> allocator::protocol::tables::CounterTables {
    use allocator::protocol::counters::GroupCounters;

    let shared: Vec<_> = (0..GROUPS).map(|_| GroupCounters::new()).collect();
    allocator::protocol::tables::CounterTables::new(shared.leak())
}

/// How many bytes a thread counts before it reports.
#[cfg(test)]
const BATCH: u64 = 100;

#[cfg(test)]
#[path = "adoption.rs"]
mod adoption;
#[cfg(test)]
#[path = "exact.rs"]
mod exact;
#[cfg(test)]
#[path = "promises.rs"]
mod promises;
#[cfg(test)]
#[path = "removal.rs"]
mod removal;
#[cfg(test)]
#[path = "snapshot.rs"]
mod snapshot;
#[cfg(test)]
#[path = "waking.rs"]
mod waking;
