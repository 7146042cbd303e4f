//! What a group has allocated and deallocated.

use super::process::tables::TABLES;
use super::process::{directory, totals, watermarks};
use super::protocol::counters::GroupWatermark;
use super::protocol::groups::Group;
use super::snapshot::AllocationStatsSnapshot;
use super::thread;

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
        totals::group(self.group)
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
        if !watermarks::of(self.group.id()).is_exact() {
            // Held for this thread's own report alone; what follows is read without a lock.
            directory::while_held(self.group, || thread::report(self.group.id()));
        }
        totals::peak_bytes(self.group, || self.snapshot().live_bytes()).unwrap_or(0)
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) begin anew, at what is alive now.
    pub fn reset_peak(&self) {
        with_watermark(self.group, |watermark| {
            thread::report(self.group.id());
            watermark.bytes().reset_peak();
        });
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) exact from now on: the greatest sum that the allocations and deallocations
    /// of all threads ever came to, in the order in which they were counted.
    ///
    /// Each of them then adds to a counter that the threads share, which costs a few nanoseconds more, and as much again
    /// where threads compete. For a group that other threads already use, it is exact once each of them has counted once
    /// more. There is no way back.
    pub fn track_exact_peak(&self) {
        with_watermark(self.group, |watermark| {
            watermark.track_exactly();
            TABLES.force_reports(self.group.id());
            thread::report(self.group.id());
        });
    }

    /// What has been counted since `previous` was taken from the same group.
    pub fn snapshot_delta(&self, previous: &AllocationStatsSnapshot) -> AllocationStatsSnapshot {
        self.snapshot().since(previous)
    }
}

/// Works on the watermark of `group` while its slot cannot go to another; nothing is done if it has.
fn with_watermark(group: Group, work: impl FnOnce(&GroupWatermark)) {
    directory::while_held(group, || work(watermarks::of(group.id())));
}
