//! What is counted for one group.

use super::atomic::{AtomicUsize, Ordering, constructor};
use super::level::GroupLevel;
use super::levels;

/// The four counts of one group, which only ever go up, and when their owner next reports them to the group's level.
///
/// Two ways to add: the *owner* of the counters, the only thread that writes them, adds with a plain load and store;
/// counters that several threads write are added to with the `share_` methods. Nothing may mix the two.
///
/// They fill a cache line, so that counting touches one.
#[repr(align(64))]
#[derive(Debug)]
pub(super) struct Counters {
    allocated_bytes: AtomicUsize,
    allocated_objects: AtomicUsize,
    deallocated_bytes: AtomicUsize,
    deallocated_objects: AtomicUsize,
    /// The owner reports when it has allocated more bytes than this: zero at first, and always where every change counts.
    report_allocated_above: AtomicUsize,
    /// The owner reports when it has freed more bytes than this.
    report_deallocated_above: AtomicUsize,
    /// Bytes allocated less bytes freed at the last report; below zero, it has wrapped.
    reported: AtomicUsize,
}

/// A number of bytes and the number of objects they are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) bytes: usize,
    pub(super) objects: usize,
}

impl Amount {
    /// The greater number of bytes and the greater number of objects.
    pub(super) fn max_of_each(self, other: Self) -> Self {
        Self { bytes: self.bytes.max(other.bytes), objects: self.objects.max(other.objects) }
    }

    /// Wraps, as the counters do that it adds up; in 64 bits, neither ever does.
    pub(super) const fn wrapping_add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.wrapping_add(other.bytes),
            objects: self.objects.wrapping_add(other.objects),
        }
    }
}

impl Counters {
    constructor! {
    fn new() -> Self {
        Self {
            allocated_bytes: AtomicUsize::new(0),
            allocated_objects: AtomicUsize::new(0),
            deallocated_bytes: AtomicUsize::new(0),
            deallocated_objects: AtomicUsize::new(0),
            report_allocated_above: AtomicUsize::new(0),
            report_deallocated_above: AtomicUsize::new(0),
            reported: AtomicUsize::new(0),
        }
    }
    }

    /// Counts one object made by the owner, unless a report is due with it: then nothing is counted.
    #[inline]
    pub(super) fn try_add_allocation(&self, bytes: usize) -> bool {
        let allocated = self.allocated_bytes.load(Ordering::Relaxed).wrapping_add(bytes);
        if allocated > self.report_allocated_above.load(Ordering::Relaxed) {
            return false;
        }
        self.allocated_bytes.store(allocated, Ordering::Relaxed);
        add_as_owner(&self.allocated_objects, 1, Ordering::Relaxed);
        true
    }

    /// Counts one object freed by the owner, unless a report is due with it: then nothing is counted. Ordered as
    /// [`add_deallocated_bytes`](Self::add_deallocated_bytes) and [`add_deallocated_object`](Self::add_deallocated_object).
    #[inline]
    pub(super) fn try_add_deallocation(&self, bytes: usize) -> bool {
        let deallocated = self.deallocated_bytes.load(Ordering::Relaxed).wrapping_add(bytes);
        if deallocated > self.report_deallocated_above.load(Ordering::Relaxed) {
            return false;
        }
        self.deallocated_bytes.store(deallocated, Ordering::Release);
        self.add_deallocated_object();
        true
    }

    /// Counts one object made by the owner, and says whether a report is due.
    #[inline]
    #[must_use = "the owner has to report"]
    pub(super) fn add_allocation(&self, bytes: usize) -> bool {
        let allocated = add_as_owner(&self.allocated_bytes, bytes, Ordering::Relaxed);
        add_as_owner(&self.allocated_objects, 1, Ordering::Relaxed);
        allocated > self.report_allocated_above.load(Ordering::Relaxed)
    }

    /// Counts the bytes of an object freed by the owner, and says whether a report is due.
    ///
    /// `Release` pairs with the `Acquire` of [`Counters::deallocated`]: whoever sees that an object is gone also sees
    /// that it was once made, in whichever table that was counted, so nothing looks freed more often than made.
    #[inline]
    #[must_use = "the owner has to report"]
    pub(super) fn add_deallocated_bytes(&self, bytes: usize) -> bool {
        let deallocated = add_as_owner(&self.deallocated_bytes, bytes, Ordering::Release);
        deallocated > self.report_deallocated_above.load(Ordering::Relaxed)
    }

    /// Counts an object freed by the owner, whose bytes are counted and reported: when the last object of a removed
    /// group is seen gone, its slot goes to another, so this has to be the last step.
    #[inline]
    pub(super) fn add_deallocated_object(&self) {
        add_as_owner(&self.deallocated_objects, 1, Ordering::Release);
    }

    /// Reports to the level of the group what has not been reported, and puts the next report off. Only for the owner, or
    /// when a group is gone and nobody counts.
    #[cold]
    #[inline(never)]
    pub(super) fn report(&self, group: &GroupLevel) {
        let allocated = self.allocated_bytes.load(Ordering::Relaxed);
        let deallocated = self.deallocated_bytes.load(Ordering::Relaxed);
        let live = allocated.wrapping_sub(deallocated);
        group.level().report(live.wrapping_sub(self.reported.load(Ordering::Relaxed)));
        self.reported.store(live, Ordering::Relaxed);
        let batch = levels::batch();
        self.report_allocated_above.store(allocated.saturating_add(batch), Ordering::Relaxed);
        self.report_deallocated_above.store(deallocated.saturating_add(batch), Ordering::Relaxed);
        if group.is_exact() {
            self.report_every_change();
        }
    }

    /// Calls in what was put off: the owner reports when it next counts. For any thread.
    pub(super) fn report_every_change(&self) {
        self.report_allocated_above.store(0, Ordering::Relaxed);
        self.report_deallocated_above.store(0, Ordering::Relaxed);
    }

    /// Counts one object made, by any thread.
    pub(super) fn share_allocation(&self, bytes: usize) {
        self.allocated_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.allocated_objects.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one object freed, by any thread; ordered as [`Counters::add_deallocation`] is.
    pub(super) fn share_deallocation(&self, bytes: usize) {
        self.deallocated_bytes.fetch_add(bytes, Ordering::Release);
        self.deallocated_objects.fetch_add(1, Ordering::Release);
    }

    pub(super) fn allocated(&self) -> Amount {
        Amount {
            bytes: self.allocated_bytes.load(Ordering::Relaxed),
            objects: self.allocated_objects.load(Ordering::Relaxed),
        }
    }

    pub(super) fn deallocated(&self) -> Amount {
        Amount {
            bytes: self.deallocated_bytes.load(Ordering::Acquire),
            objects: self.deallocated_objects.load(Ordering::Acquire),
        }
    }
}

/// Adds without a locked instruction, which is right because no other thread writes `counter`.
#[inline]
fn add_as_owner(counter: &AtomicUsize, amount: usize, store: Ordering) -> usize {
    let sum = counter.load(Ordering::Relaxed).wrapping_add(amount);
    counter.store(sum, store);
    sum
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_adding_count_the_same() {
        let owned = Counters::new();
        let _ = owned.add_allocation(30);
        let _ = owned.add_allocation(12);
        let _ = owned.add_deallocated_bytes(30);
        owned.add_deallocated_object();
        let shared = Counters::new();
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
        let (counters, group) = (Counters::new(), GroupLevel::new());
        assert!(counters.add_allocation(10));
        counters.report(&group);
        assert!(!counters.add_allocation(levels::batch()));
        assert!(counters.add_allocation(1));
        assert_eq!(group.level().live_bytes(), 10);
        counters.report(&group);
        assert_eq!(group.level().live_bytes(), levels::batch() + 11);
        assert!(!counters.add_deallocated_bytes(levels::batch()));
        assert!(counters.add_deallocated_bytes(1));
        counters.report(&group);
        assert_eq!((group.level().live_bytes(), group.level().peak_bytes()), (10, levels::batch() + 11));
    }

    #[test]
    fn nothing_is_counted_where_a_report_is_due() {
        let (counters, group) = (Counters::new(), GroupLevel::new());
        assert!(!counters.try_add_allocation(10) && !counters.try_add_deallocation(10));
        assert_eq!((counters.allocated(), counters.deallocated()), Default::default());
        counters.report(&group);
        assert!(
            counters.try_add_allocation(levels::batch()) && counters.try_add_deallocation(levels::batch())
        );
        assert!(!counters.try_add_allocation(1) && !counters.try_add_deallocation(1));
        let one_batch = Amount { bytes: levels::batch(), objects: 1 };
        assert_eq!((counters.allocated(), counters.deallocated()), (one_batch, one_batch));
    }

    #[test]
    fn where_every_change_counts_a_report_is_always_due() {
        let (counters, group) = (Counters::new(), GroupLevel::new());
        group.track_exactly();
        for _ in 0..3 {
            assert!(counters.add_allocation(1));
            counters.report(&group);
            assert!(counters.add_deallocated_bytes(1));
            counters.report(&group);
        }
        assert_eq!((group.level().live_bytes(), group.level().peak_bytes()), (0, 1));
    }
}
