//! What is counted for one group.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The four counts of one group; they only ever go up.
///
/// Two ways to add: the *owner* of the counters, the only thread that writes them, adds with a plain load and store;
/// counters that several threads write are added to with the `share_` methods. Nothing may mix the two.
#[derive(Debug)]
pub(super) struct Counters {
    allocated_bytes: AtomicUsize,
    allocated_objects: AtomicUsize,
    deallocated_bytes: AtomicUsize,
    deallocated_objects: AtomicUsize,
}

/// A number of bytes and the number of objects they are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) bytes: usize,
    pub(super) objects: usize,
}

impl Amount {
    pub(super) fn saturating_add(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            objects: self.objects.saturating_add(other.objects),
        }
    }
}

impl Counters {
    pub(super) const fn new() -> Self {
        Self {
            allocated_bytes: AtomicUsize::new(0),
            allocated_objects: AtomicUsize::new(0),
            deallocated_bytes: AtomicUsize::new(0),
            deallocated_objects: AtomicUsize::new(0),
        }
    }

    /// Counts one object made by the owner.
    #[inline]
    pub(super) fn add_allocation(&self, bytes: usize) {
        add_as_owner(&self.allocated_bytes, bytes, Ordering::Relaxed);
        add_as_owner(&self.allocated_objects, 1, Ordering::Relaxed);
    }

    /// Counts one object freed by the owner.
    ///
    /// `Release` pairs with the `Acquire` of [`Counters::deallocated`]: whoever sees that an object is gone also sees
    /// that it was once made, in whichever table that was counted, so nothing looks freed more often than made.
    #[inline]
    pub(super) fn add_deallocation(&self, bytes: usize) {
        add_as_owner(&self.deallocated_bytes, bytes, Ordering::Release);
        add_as_owner(&self.deallocated_objects, 1, Ordering::Release);
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
fn add_as_owner(counter: &AtomicUsize, amount: usize, store: Ordering) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(amount), store);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_adding_count_the_same() {
        let owned = Counters::new();
        owned.add_allocation(30);
        owned.add_allocation(12);
        owned.add_deallocation(30);
        let shared = Counters::new();
        shared.share_allocation(30);
        shared.share_allocation(12);
        shared.share_deallocation(30);
        for counters in [owned, shared] {
            assert_eq!(counters.allocated(), Amount { bytes: 42, objects: 2 });
            assert_eq!(counters.deallocated(), Amount { bytes: 30, objects: 1 });
        }
    }
}
