//! What a thread may do before it reports to the watermark of the process.

use std::cell::Cell;

use crate::allocator::process::watermarks;

/// How many bytes this thread may still allocate, and free, before it reports.
///
/// Both begin at the same batch, so that what is due is their difference:
///
/// ```text
/// left_to_allocate   = batch - bytes allocated since the last report
/// left_to_deallocate = batch - bytes freed     since the last report
/// change to report   = left_to_deallocate - left_to_allocate
/// ```
///
/// All of it modulo 2^64: one block may be larger than the batch, and takes the number below zero until the report that
/// is then due.
#[derive(Debug)]
pub(super) struct ReportBudget {
    left_to_allocate: Cell<u64>,
    left_to_deallocate: Cell<u64>,
}

impl ReportBudget {
    /// Nothing left: the first block is reported.
    pub(super) const fn new() -> Self {
        Self { left_to_allocate: Cell::new(0), left_to_deallocate: Cell::new(0) }
    }

    /// What is left to allocate after `bytes` more; `None` where a report is due with them.
    #[inline]
    pub(super) fn left_after_allocation(&self, bytes: usize) -> Option<u64> {
        self.left_to_allocate.get().checked_sub(bytes as u64)
    }

    /// What is left to free after `bytes` more; `None` where a report is due with them.
    #[inline]
    pub(super) fn left_after_deallocation(&self, bytes: usize) -> Option<u64> {
        self.left_to_deallocate.get().checked_sub(bytes as u64)
    }

    /// Notes what is left to allocate.
    #[inline]
    pub(super) fn set_left_to_allocate(&self, bytes: u64) {
        self.left_to_allocate.set(bytes);
    }

    /// Notes what is left to free.
    #[inline]
    pub(super) fn set_left_to_deallocate(&self, bytes: u64) {
        self.left_to_deallocate.set(bytes);
    }

    /// Takes `bytes` off what is left to allocate, and says whether a report is due.
    #[inline]
    #[must_use = "the thread has to report"]
    pub(super) fn spend_allocation(&self, bytes: usize) -> bool {
        spend(&self.left_to_allocate, bytes)
    }

    /// Takes `bytes` off what is left to free, and says whether a report is due.
    #[inline]
    #[must_use = "the thread has to report"]
    pub(super) fn spend_deallocation(&self, bytes: usize) -> bool {
        spend(&self.left_to_deallocate, bytes)
    }

    /// Reports what has not been reported, and begins the next batch.
    pub(super) fn report(&self, batch: u64) {
        let change =
            self.left_to_deallocate.replace(batch).wrapping_sub(self.left_to_allocate.replace(batch));
        watermarks::report(change);
    }
}

/// Takes `bytes` off, and says whether that was more than there was.
#[inline]
fn spend(left: &Cell<u64>, bytes: usize) -> bool {
    let (rest, overspent) = left.get().overflowing_sub(bytes as u64);
    left.set(rest);
    overspent
}
