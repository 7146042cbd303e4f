//! What a thread may do before it reports to the process.

use std::cell::Cell;

use super::levels::{self, PROCESS};

/// How many bytes this thread may still allocate, and free, before it reports.
#[derive(Debug)]
pub(super) struct Allowance {
    allocation: Cell<usize>,
    deallocation: Cell<usize>,
}

impl Allowance {
    /// Nothing allowed: the first block is reported.
    pub(super) const fn new() -> Self {
        Self { allocation: Cell::new(0), deallocation: Cell::new(0) }
    }

    /// What may still be allocated after `bytes` more; `None` where a report is due with them.
    #[inline]
    pub(super) fn after_allocation(&self, bytes: usize) -> Option<usize> {
        self.allocation.get().checked_sub(bytes)
    }

    /// What may still be freed after `bytes` more; `None` where a report is due with them.
    #[inline]
    pub(super) fn after_deallocation(&self, bytes: usize) -> Option<usize> {
        self.deallocation.get().checked_sub(bytes)
    }

    /// Notes what may still be allocated.
    #[inline]
    pub(super) fn leave_for_allocation(&self, bytes: usize) {
        self.allocation.set(bytes);
    }

    /// Notes what may still be freed.
    #[inline]
    pub(super) fn leave_for_deallocation(&self, bytes: usize) {
        self.deallocation.set(bytes);
    }

    /// Takes `bytes` off what may be allocated, and says whether a report is due.
    #[inline]
    #[must_use = "the thread has to report"]
    pub(super) fn spend_allocation(&self, bytes: usize) -> bool {
        spend(&self.allocation, bytes)
    }

    /// Takes `bytes` off what may be freed, and says whether a report is due.
    #[inline]
    #[must_use = "the thread has to report"]
    pub(super) fn spend_deallocation(&self, bytes: usize) -> bool {
        spend(&self.deallocation, bytes)
    }

    /// Reports what has not been reported, and allows another batch of each.
    pub(super) fn report(&self) {
        let batch = levels::batch();
        // Both began at the same number, so their difference is what was allocated less what was freed.
        let change = self.deallocation.replace(batch).wrapping_sub(self.allocation.replace(batch));
        PROCESS.report(change);
    }
}

/// Takes `bytes` off, and says whether that was more than there was.
#[inline]
fn spend(allowed: &Cell<usize>, bytes: usize) -> bool {
    let (left, overspent) = allowed.get().overflowing_sub(bytes);
    allowed.set(left);
    overspent
}
