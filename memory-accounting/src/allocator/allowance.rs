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

    #[inline]
    pub(super) fn spend_allocation(&self, bytes: usize) {
        if spend(&self.allocation, bytes) {
            self.report();
        }
    }

    #[inline]
    pub(super) fn spend_deallocation(&self, bytes: usize) {
        if spend(&self.deallocation, bytes) {
            self.report();
        }
    }

    /// Reports what has not been reported, and allows another batch of each.
    #[cold]
    #[inline(never)]
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
