//! Counting on this thread.

use std::ptr;

use super::{Stage, THREAD, Thread};
use crate::allocator::process::{batch, tables, watermarks};
use crate::allocator::protocol::counters::GroupCounters;
use crate::allocator::protocol::groups::GroupId;

/// Counts an allocation of `bytes` for `group`, if that takes a few stores and no more. Where it returns `false`, nothing is counted: call
/// [`count_allocation`] then, as the last thing, so that the caller's fast path saves no registers.
#[inline]
pub(in crate::allocator) fn try_count_allocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.budget.left_after_allocation(bytes)?;
        let counted = thread.counters.get().get(group.index())?.try_add_allocation(bytes);
        counted.then(|| thread.budget.set_left_to_allocate(left))
    });
    matches!(counted, Ok(Some(())))
}

/// The same for an allocation that is freed by this thread, with [`count_deallocation`].
#[inline]
pub(in crate::allocator) fn try_count_deallocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.budget.left_after_deallocation(bytes)?;
        let counted = thread.counters.get().get(group.index())?.try_add_deallocation(bytes);
        counted.then(|| thread.budget.set_left_to_deallocate(left))
    });
    matches!(counted, Ok(Some(())))
}

/// Counts an allocation of `bytes` for `group`.
#[cold]
pub(in crate::allocator) fn count_allocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_allocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_allocation(group, bytes);
    }
}

/// Counts an allocation of `bytes` in `group` that is freed by this thread.
#[cold]
pub(in crate::allocator) fn count_deallocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_deallocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_deallocation(group, bytes);
    }
}

/// What this thread has counted for `group`, allocations less deallocations, in bytes, and a number that stays the same as long as the
/// thread runs. `None` where the thread has no counters of its own.
pub(in crate::allocator) fn net_bytes(group: GroupId) -> Option<i64> {
    let net = THREAD.try_with(|thread| thread.own_counters(group).map(GroupCounters::net_bytes));
    net.ok().flatten().map(|net| 0_i64.wrapping_add_unsigned(net))
}

/// Reports to the watermark of `group` what this thread has not reported yet. The slot of the group must not go to another meanwhile.
pub(in crate::allocator) fn report(group: GroupId) {
    let _ = THREAD.try_with(|thread| {
        thread.report_group(group, batch::current());
    });
}

/// Reports to the watermark of the process what this thread has not reported yet.
pub(in crate::allocator) fn report_to_process() {
    let _ = THREAD.try_with(|thread| {
        if thread.stage.get() == Stage::Joined {
            thread.budget.report(batch::current());
        }
    });
}

fn share_allocation(group: GroupId, bytes: usize) {
    tables::shared(group).share_allocation(bytes);
    watermarks::note_size(group, bytes);
    watermarks::of(group).bytes().report(bytes as u64);
    watermarks::report(bytes as u64);
}

fn share_deallocation(group: GroupId, bytes: usize) {
    let change = 0_u64.wrapping_sub(bytes as u64);
    watermarks::of(group).bytes().report(change);
    watermarks::report(change);
    tables::shared(group).share_deallocation(bytes);
}

impl Thread {
    /// `counters` are this thread's own, of `group`.
    fn add_allocation(&self, group: GroupId, counters: &GroupCounters, bytes: usize) {
        // Both are done, since either may be due.
        let due = counters.add_allocation(bytes);
        if due | self.budget.spend_allocation(bytes) {
            watermarks::note_size(group, bytes);
            self.report(group);
        }
    }

    /// `counters` are this thread's own, of `group`.
    fn add_deallocation(&self, group: GroupId, counters: &GroupCounters, bytes: usize) {
        let due = counters.add_deallocated_bytes(bytes);
        if due | self.budget.spend_deallocation(bytes) {
            self.report(group);
        }
        counters.add_deallocated_object();
    }

    fn report(&self, group: GroupId) {
        let batch = batch::current();
        self.report_group(group, batch);
        self.budget.report(batch);
    }

    /// Reports to the watermark of `group` what is counted in this thread's tables, also in a home that it has outgrown. The slot of the
    /// group cannot go to another meanwhile: this thread counts for it, or the directory is locked.
    fn report_group(&self, group: GroupId, batch: u64) {
        let (home, table) = (self.home.get(), self.table.get());
        let outgrown = home.filter(|home| table.is_some_and(|table| !ptr::eq(*home, table)));
        for counters in
            [table, outgrown].into_iter().flatten().filter_map(|table| table.touched_counters(group))
        {
            counters.report(watermarks::of(group), batch);
        }
    }

    /// This thread's counters for `group`; `None` where it has none of its own: while it joins, after it departed, or when the
    /// system has no memory.
    #[inline]
    fn own_counters(&self, group: GroupId) -> Option<&'static GroupCounters> {
        if self.stage.get() == Stage::New {
            self.join();
        }
        let table = self.table.get()?;
        let table = if table.has_room_for(group) { table } else { self.outgrow(table, group)? };
        table.touch(group)
    }
}
