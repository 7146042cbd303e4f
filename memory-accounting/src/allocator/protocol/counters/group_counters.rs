//! What one thread has counted for one group.

use super::amount::Amount;
use super::watermark::GroupWatermark;
use crate::allocator::protocol::atomic::{AtomicU64, Ordering, constructor};

/// The four counts of one group, which only ever go up, when their owner next reports to the group's watermark, and what the owner
/// brought along from a table it has outgrown.
///
/// There are two ways to add, and counters are only ever added to in one of them. The *owner*, the only thread that writes them, adds
/// with a plain load and store. Counters that several threads write are added to with the `share_` methods.
///
/// # When a report is due
///
/// The owner tells the watermark what it has counted, a *report*, after a batch of bytes allocated or freed since the last one. So the
/// fast path compares against one number:
///
/// ```text
/// report_allocated_above   = allocated_bytes   at the last report + batch      (0 where a report is forced)
/// report_deallocated_above = deallocated_bytes at the last report + batch      (0 where a report is forced)
/// reported                 = allocated_bytes - deallocated_bytes at the last report
/// ```
///
/// Any thread may set the two thresholds to 0, which [forces a report](Self::force_report) at the next count; all else is written by
/// the owner. They are 0 at first, so the first count of a thread in a group is reported.
///
/// All of it fills a cache line, so that counting touches one and no other thread's counters share it.
#[repr(align(64))]
#[derive(Debug)]
pub(crate) struct GroupCounters {
    allocated_bytes: AtomicU64,
    allocated_objects: AtomicU64,
    deallocated_bytes: AtomicU64,
    deallocated_objects: AtomicU64,
    report_allocated_above: AtomicU64,
    report_deallocated_above: AtomicU64,
    /// Has wrapped where it is below zero.
    reported: AtomicU64,
    /// What makes [`net_bytes`](Self::net_bytes) go on where the owner's earlier counters ended. Has wrapped where it is below zero.
    carried: AtomicU64,
}

impl GroupCounters {
    constructor! {
    fn new() -> Self {
        Self {
            allocated_bytes: AtomicU64::new(0),
            allocated_objects: AtomicU64::new(0),
            deallocated_bytes: AtomicU64::new(0),
            deallocated_objects: AtomicU64::new(0),
            report_allocated_above: AtomicU64::new(0),
            report_deallocated_above: AtomicU64::new(0),
            reported: AtomicU64::new(0),
            carried: AtomicU64::new(0),
        }
    }
    }

    /// Counts one allocation of the owner, unless a report is due with it: then nothing is counted.
    #[inline]
    pub(crate) fn try_add_allocation(&self, bytes: usize) -> bool {
        let allocated = self.allocated_bytes.load(Ordering::Relaxed).wrapping_add(bytes as u64);
        if allocated > self.report_allocated_above.load(Ordering::Relaxed) {
            return false;
        }
        self.allocated_bytes.store(allocated, Ordering::Relaxed);
        add_as_owner(&self.allocated_objects, 1, Ordering::Relaxed);
        true
    }

    /// Counts one deallocation by the owner, unless a report is due with it: then nothing is counted. Ordered as
    /// [`add_deallocated_bytes`](Self::add_deallocated_bytes) and [`add_deallocated_object`](Self::add_deallocated_object).
    #[inline]
    pub(crate) fn try_add_deallocation(&self, bytes: usize) -> bool {
        let deallocated = self.deallocated_bytes.load(Ordering::Relaxed).wrapping_add(bytes as u64);
        if deallocated > self.report_deallocated_above.load(Ordering::Relaxed) {
            return false;
        }
        self.deallocated_bytes.store(deallocated, Ordering::Release);
        self.add_deallocated_object();
        true
    }

    /// Counts one allocation of the owner, and says whether a report is due.
    #[inline]
    #[must_use = "the owner has to report"]
    pub(crate) fn add_allocation(&self, bytes: usize) -> bool {
        let allocated = add_as_owner(&self.allocated_bytes, bytes as u64, Ordering::Relaxed);
        add_as_owner(&self.allocated_objects, 1, Ordering::Relaxed);
        allocated > self.report_allocated_above.load(Ordering::Relaxed)
    }

    /// Counts the bytes of a deallocation by the owner, and says whether a report is due.
    ///
    /// `Release` pairs with the `Acquire` of [`GroupCounters::deallocated`]: whoever sees that something was freed also
    /// sees that it was allocated, in whichever table that was counted, so nothing looks freed more often than allocated.
    #[inline]
    #[must_use = "the owner has to report"]
    pub(crate) fn add_deallocated_bytes(&self, bytes: usize) -> bool {
        let deallocated = add_as_owner(&self.deallocated_bytes, bytes as u64, Ordering::Release);
        deallocated > self.report_deallocated_above.load(Ordering::Relaxed)
    }

    /// Counts a deallocation by the owner, whose bytes are counted and reported. It has to be the last step: once the last allocation of
    /// a removed group is seen gone, its slot goes to another group.
    #[inline]
    pub(crate) fn add_deallocated_object(&self) {
        add_as_owner(&self.deallocated_objects, 1, Ordering::Release);
    }

    /// Reports to the watermark of the group what has not been reported, and defers the next report by `batch` bytes.
    ///
    /// Only for the owner, or for a group that is gone, for which nobody counts.
    #[cold]
    #[inline(never)]
    pub(crate) fn report(&self, group: &GroupWatermark, batch: u64) {
        let allocated = self.allocated_bytes.load(Ordering::Relaxed);
        let deallocated = self.deallocated_bytes.load(Ordering::Relaxed);
        let live = allocated.wrapping_sub(deallocated);
        group.bytes().report(live.wrapping_sub(self.reported.load(Ordering::Relaxed)));
        self.reported.store(live, Ordering::Relaxed);
        self.report_allocated_above.store(allocated.saturating_add(batch), Ordering::Relaxed);
        self.report_deallocated_above.store(deallocated.saturating_add(batch), Ordering::Relaxed);
        if group.is_exact() {
            self.force_report();
        }
    }

    /// Forces a report: the owner reports when it next counts. For any thread.
    pub(crate) fn force_report(&self) {
        self.report_allocated_above.store(0, Ordering::Relaxed);
        self.report_deallocated_above.store(0, Ordering::Relaxed);
    }

    /// What the owner has allocated less what it has deallocated, in bytes, and a number that stays the same for as long as it is the
    /// owner; so only differences mean anything. Has wrapped where it is below zero. Only for the owner.
    pub(crate) fn net_bytes(&self) -> u64 {
        let allocated = self.allocated_bytes.load(Ordering::Relaxed);
        let net = allocated.wrapping_sub(self.deallocated_bytes.load(Ordering::Relaxed));
        net.wrapping_add(self.carried.load(Ordering::Relaxed))
    }

    /// Makes [`net_bytes`](Self::net_bytes) that of `outgrown`, counters of the same group. Only for the owner of both.
    pub(crate) fn carry_on_from(&self, outgrown: &Self) {
        let change = outgrown.net_bytes().wrapping_sub(self.net_bytes());
        // Looked at first, since what is not written need not become memory.
        if change != 0 {
            add_as_owner(&self.carried, change, Ordering::Relaxed);
        }
    }

    /// Counts one allocation, by any thread.
    pub(crate) fn share_allocation(&self, bytes: usize) {
        self.allocated_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        self.allocated_objects.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one deallocation, by any thread; ordered as
    /// [`try_add_deallocation`](Self::try_add_deallocation) is.
    pub(crate) fn share_deallocation(&self, bytes: usize) {
        self.deallocated_bytes.fetch_add(bytes as u64, Ordering::Release);
        self.deallocated_objects.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn allocated(&self) -> Amount {
        Amount {
            bytes: self.allocated_bytes.load(Ordering::Relaxed),
            objects: self.allocated_objects.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn deallocated(&self) -> Amount {
        Amount {
            bytes: self.deallocated_bytes.load(Ordering::Acquire),
            objects: self.deallocated_objects.load(Ordering::Acquire),
        }
    }
}

/// Adds without a locked instruction, which is right because no other thread writes `counter`.
#[inline]
fn add_as_owner(counter: &AtomicU64, amount: u64, store: Ordering) -> u64 {
    let sum = counter.load(Ordering::Relaxed).wrapping_add(amount);
    counter.store(sum, store);
    sum
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const BATCH: u64 = 100;
    const BATCH_BYTES: usize = 100;

    #[test]
    fn both_ways_of_adding_count_the_same() {
        let owned = GroupCounters::new();
        let _ = owned.add_allocation(30);
        let _ = owned.add_allocation(12);
        let _ = owned.add_deallocated_bytes(30);
        owned.add_deallocated_object();
        let shared = GroupCounters::new();
        shared.share_allocation(30);
        shared.share_allocation(12);
        shared.share_deallocation(30);
        for counters in [owned, shared] {
            assert_eq!(counters.allocated(), Amount { bytes: 42, objects: 2 });
            assert_eq!(counters.deallocated(), Amount { bytes: 30, objects: 1 });
        }
    }

    #[test]
    fn a_report_is_due_at_first_and_after_each_batch_of_either_kind() {
        let (counters, group) = (GroupCounters::new(), GroupWatermark::new());
        assert!(counters.add_allocation(10));
        counters.report(&group, BATCH);
        assert!(!counters.add_allocation(BATCH_BYTES));
        assert!(counters.add_allocation(1));
        assert_eq!(group.bytes().live_bytes(), 10);
        counters.report(&group, BATCH);
        assert_eq!(group.bytes().live_bytes(), BATCH + 11);
        assert!(!counters.add_deallocated_bytes(BATCH_BYTES));
        assert!(counters.add_deallocated_bytes(1));
        counters.report(&group, BATCH);
        assert_eq!((group.bytes().live_bytes(), group.bytes().peak_bytes()), (10, BATCH + 11));
    }

    #[test]
    fn nothing_is_counted_where_a_report_is_due() {
        let (counters, group) = (GroupCounters::new(), GroupWatermark::new());
        assert!(!counters.try_add_allocation(10) && !counters.try_add_deallocation(10));
        assert_eq!((counters.allocated(), counters.deallocated()), Default::default());
        counters.report(&group, BATCH);
        assert!(counters.try_add_allocation(BATCH_BYTES) && counters.try_add_deallocation(BATCH_BYTES));
        assert!(!counters.try_add_allocation(1) && !counters.try_add_deallocation(1));
        let one_batch = Amount { bytes: BATCH, objects: 1 };
        assert_eq!((counters.allocated(), counters.deallocated()), (one_batch, one_batch));
    }

    #[test]
    fn where_every_change_counts_a_report_is_always_due() {
        let (counters, group) = (GroupCounters::new(), GroupWatermark::new());
        group.track_exactly();
        for _ in 0..3 {
            assert!(counters.add_allocation(1));
            counters.report(&group, BATCH);
            assert!(counters.add_deallocated_bytes(1));
            counters.report(&group, BATCH);
        }
        assert_eq!((group.bytes().live_bytes(), group.bytes().peak_bytes()), (0, 1));
    }
}
