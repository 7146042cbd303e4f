//! Counting on this thread.

use super::super::counters::Counters;
use super::super::group::GroupId;
use super::super::levels::{self, PROCESS};
use super::super::tables::TABLES;
use super::{Stage, THREAD, Thread};

/// Counts an object of `bytes` that was made for `group`, if that takes a few stores and no more. Where it returns `false`,
/// nothing is counted, and [`count_allocation`] does: from there, so that nothing has to be kept for what comes after it.
#[inline]
pub(in super::super) fn try_count_allocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.allowance.after_allocation(bytes)?;
        let counted = thread.table().counters(group).try_add_allocation(bytes);
        counted.then(|| thread.allowance.leave_for_allocation(left))
    });
    matches!(counted, Ok(Some(())))
}

/// The same for an object that is freed by this thread, with [`count_deallocation`].
#[inline]
pub(in super::super) fn try_count_deallocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.allowance.after_deallocation(bytes)?;
        let counted = thread.table().counters(group).try_add_deallocation(bytes);
        counted.then(|| thread.allowance.leave_for_deallocation(left))
    });
    matches!(counted, Ok(Some(())))
}

/// Counts an object of `bytes` that was made for `group`.
#[cold]
pub(in super::super) fn count_allocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_allocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_allocation(group, bytes);
    }
}

/// Counts an object of `bytes` that was made for `group` and is freed by this thread.
#[cold]
pub(in super::super) fn count_deallocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_deallocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_deallocation(group, bytes);
    }
}

/// Reports to the level of `group` what this thread has not reported yet.
pub(in super::super) fn report(group: GroupId) {
    let _ = THREAD.try_with(|thread| {
        if let Some(counters) = thread.table().touched_counters(group) {
            counters.report(levels::of(group));
        }
    });
}

/// Reports to the level of the process what this thread has not reported yet.
pub(in super::super) fn report_to_process() {
    let _ = THREAD.try_with(|thread| {
        if thread.stage.get() == Stage::Joined {
            thread.allowance.report();
        }
    });
}

fn share_allocation(group: GroupId, bytes: usize) {
    TABLES.shared(group).share_allocation(bytes);
    levels::of(group).level().report(bytes);
    PROCESS.report(bytes);
}

fn share_deallocation(group: GroupId, bytes: usize) {
    let change = 0_usize.wrapping_sub(bytes);
    levels::of(group).level().report(change);
    PROCESS.report(change);
    TABLES.shared(group).share_deallocation(bytes);
}

impl Thread {
    /// `counters` are this thread's own, of `group`.
    fn add_allocation(&self, group: GroupId, counters: &Counters, bytes: usize) {
        // Both are done, since either may be due.
        let due = counters.add_allocation(bytes);
        if due | self.allowance.spend_allocation(bytes) {
            self.report_both(group, counters);
        }
    }

    /// `counters` are this thread's own, of `group`.
    fn add_deallocation(&self, group: GroupId, counters: &Counters, bytes: usize) {
        let due = counters.add_deallocated_bytes(bytes);
        if due | self.allowance.spend_deallocation(bytes) {
            self.report_both(group, counters);
        }
        counters.add_deallocated_object();
    }

    fn report_both(&self, group: GroupId, counters: &Counters) {
        counters.report(levels::of(group));
        self.allowance.report();
    }

    /// This thread's counters for `group`; `None` where it has none of its own: while it joins, after it departed, or when the
    /// system has no memory.
    fn own_counters(&self, group: GroupId) -> Option<&'static Counters> {
        if self.stage.get() == Stage::New {
            self.join();
        }
        (self.stage.get() == Stage::Joined).then(|| self.table().touch(group))
    }
}
