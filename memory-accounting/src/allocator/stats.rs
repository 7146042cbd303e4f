//! What a group has allocated and deallocated.

use serde::Serialize;

use super::group::Group;
use super::level::GroupLevel;
use super::levels;
use super::registry::AllocationGroupRegistry;
use super::tables::TABLES;
use super::{sum, thread};

/// The counts of one allocation group, read when asked.
///
/// A handle: it holds no counts of its own.
#[derive(Clone, Copy, Debug)]
pub struct AllocationStats {
    group: Group,
}

impl AllocationStats {
    pub(super) const fn new(group: Group) -> Self {
        Self { group }
    }

    /// Whether the group has ever allocated anything.
    pub fn has_allocated(&self) -> bool {
        self.snapshot().allocated_objects > 0
    }

    /// The counts as they are now.
    ///
    /// Exact once the threads that use the group are quiet. While they run, allocations of the last moment may be in
    /// or out, but nothing is freed in it that was not also allocated in it.
    pub fn snapshot(&self) -> AllocationStatsSnapshot {
        sum::group(self.group)
    }

    /// The most bytes that were ever alive in the group, or since [`reset_peak`](Self::reset_peak).
    ///
    /// A reallocation has the new block alive together with the old one, as it is when the allocator copies; where the
    /// allocator resizes in place, this is more than there was.
    ///
    /// Threads report in batches, so this may be off, either way, by a
    /// [batch](super::AllocationGroupRegistry::peak_batch_bytes) for each thread that uses the group (threads that ended
    /// count no more than those that ran at once). It is never below what is alive now, and off by nothing in a group that
    /// [tracks its peak exactly](Self::track_exact_peak).
    pub fn peak_bytes(&self) -> usize {
        let peak = with_level(self.group, |level| {
            if level.is_exact() {
                return level.level().peak_bytes();
            }
            thread::report(self.group.id());
            level.level().peak_bytes().max(self.snapshot().live_bytes())
        });
        peak.unwrap_or(0)
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) begin anew, at what is alive now.
    pub fn reset_peak(&self) {
        with_level(self.group, |level| {
            thread::report(self.group.id());
            level.level().reset_peak();
        });
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) exact from now on: the greatest sum that the allocations and deallocations
    /// of all threads ever came to, in the order in which they were counted.
    ///
    /// Each of them then adds to a counter that the threads share, which costs a few nanoseconds more, and as much again
    /// where threads compete. For a group that other threads already use, it is exact once each of them has counted once
    /// more. There is no way back.
    pub fn track_exact_peak(&self) {
        with_level(self.group, |level| {
            level.track_exactly();
            TABLES.call_in(self.group.id());
            thread::report(self.group.id());
        });
    }

    /// What has been counted since `previous` was taken from the same group.
    pub fn snapshot_delta(&self, previous: &AllocationStatsSnapshot) -> AllocationStatsSnapshot {
        self.snapshot().since(previous)
    }
}

/// The counts of one group, or of several merged, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllocationStatsSnapshot {
    /// Bytes ever allocated.
    pub allocated_bytes: usize,
    /// Objects ever allocated.
    pub allocated_objects: usize,
    /// Bytes ever deallocated.
    pub deallocated_bytes: usize,
    /// Objects ever deallocated.
    pub deallocated_objects: usize,
}

impl AllocationStatsSnapshot {
    /// The snapshot of a group that has done nothing.
    pub const fn empty() -> Self {
        Self { allocated_bytes: 0, allocated_objects: 0, deallocated_bytes: 0, deallocated_objects: 0 }
    }

    /// Bytes allocated and not deallocated; zero where more was deallocated than allocated, as in the difference of
    /// two snapshots.
    pub const fn live_bytes(&self) -> usize {
        self.allocated_bytes.saturating_sub(self.deallocated_bytes)
    }

    /// Objects allocated and not deallocated; zero where more were deallocated than allocated.
    pub const fn live_objects(&self) -> usize {
        self.allocated_objects.saturating_sub(self.deallocated_objects)
    }

    /// Adds the counts of `other`.
    pub const fn merge(&mut self, other: &Self) {
        self.allocated_bytes = self.allocated_bytes.saturating_add(other.allocated_bytes);
        self.allocated_objects = self.allocated_objects.saturating_add(other.allocated_objects);
        self.deallocated_bytes = self.deallocated_bytes.saturating_add(other.deallocated_bytes);
        self.deallocated_objects = self.deallocated_objects.saturating_add(other.deallocated_objects);
    }

    const fn since(&self, previous: &Self) -> Self {
        Self {
            allocated_bytes: self.allocated_bytes.saturating_sub(previous.allocated_bytes),
            allocated_objects: self.allocated_objects.saturating_sub(previous.allocated_objects),
            deallocated_bytes: self.deallocated_bytes.saturating_sub(previous.deallocated_bytes),
            deallocated_objects: self.deallocated_objects.saturating_sub(previous.deallocated_objects),
        }
    }
}

/// Works on the level of `group` while its slot cannot go to another; `None` if it has.
fn with_level<R>(group: Group, work: impl FnOnce(&GroupLevel) -> R) -> Option<R> {
    AllocationGroupRegistry::global().while_held(group, || work(levels::of(group.id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: AllocationStatsSnapshot = AllocationStatsSnapshot {
        allocated_bytes: 100,
        allocated_objects: 5,
        deallocated_bytes: 60,
        deallocated_objects: 2,
    };

    #[test]
    fn live_is_what_was_not_deallocated() {
        assert_eq!((SOME.live_bytes(), SOME.live_objects()), (40, 3));
    }

    #[test]
    fn live_is_never_negative() {
        let freed = AllocationStatsSnapshot { allocated_bytes: 1, allocated_objects: 1, ..SOME };
        assert_eq!((freed.live_bytes(), freed.live_objects()), (0, 0));
    }

    #[test]
    fn merging_adds_every_count_and_stays_at_the_top() {
        let mut merged = AllocationStatsSnapshot::empty();
        merged.merge(&SOME);
        assert_eq!(merged, SOME);
        merged.merge(&AllocationStatsSnapshot { allocated_bytes: usize::MAX, ..SOME });
        assert_eq!(
            merged,
            AllocationStatsSnapshot {
                allocated_bytes: usize::MAX,
                allocated_objects: 10,
                deallocated_bytes: 120,
                deallocated_objects: 4,
            }
        );
    }

    #[test]
    fn a_delta_is_the_difference_of_every_count() {
        let mut later = SOME;
        later.merge(&AllocationStatsSnapshot { deallocated_objects: 1, ..AllocationStatsSnapshot::empty() });
        assert_eq!(
            later.since(&SOME),
            AllocationStatsSnapshot { deallocated_objects: 1, ..AllocationStatsSnapshot::empty() }
        );
    }
}
