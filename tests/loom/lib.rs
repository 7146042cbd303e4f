//! What threads may do to each other inside the allocator, explored by `loom` in every order that the memory model allows.
//!
//! ```sh
//! RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS=3 cargo test --release -p memory-accounting-loom
//! ```
//!
//! A crate of its own, because `--cfg loom` reaches every dependency, and most do not build with it. It compiles the very
//! files of the library that hold the protocols; those that only hold the statics of a process stay out.
//!
//! What it cannot show: on Linux the library replaces the two fences of entering and removing by a system call that
//! runs a fence on every thread. Explored are the fences.

#![cfg(loom)]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "of the library's files, only what has to do with other threads is used"
)]

#[path = "../../memory-accounting/src/allocator/atomic.rs"]
mod atomic;
#[path = "../../memory-accounting/src/allocator/barrier.rs"]
mod barrier;
#[path = "../../memory-accounting/src/allocator/count.rs"]
mod count;
#[path = "../../memory-accounting/src/allocator/counters.rs"]
mod counters;
#[path = "../../memory-accounting/src/allocator/drain.rs"]
mod drain;
#[path = "../../memory-accounting/src/allocator/group.rs"]
mod group;
#[path = "../../memory-accounting/src/allocator/level.rs"]
mod level;
#[path = "../../memory-accounting/src/allocator/presence.rs"]
mod presence;
#[path = "../../memory-accounting/src/allocator/slot.rs"]
mod slot;
#[path = "../../memory-accounting/src/allocator/table.rs"]
mod table;
#[expect(unsafe_code, reason = "as in the library")]
#[path = "../../memory-accounting/src/allocator/tables.rs"]
mod tables;

/// Stands in for the settings of the process.
mod levels {
    pub(super) fn batch() -> usize {
        100
    }
}

#[cfg(test)]
#[path = "adoption.rs"]
mod adoption;
#[cfg(test)]
#[path = "exact.rs"]
mod exact;
#[cfg(test)]
#[path = "removal.rs"]
mod removal;
#[cfg(test)]
#[path = "snapshot.rs"]
mod snapshot;
