//! What the allocator knows about the thread it runs on: the current group, and where this thread counts.

mod position;
mod stay;

use std::cell::Cell;
use std::ptr;

use self::position::Position;
pub(super) use self::stay::{Stay, enter, leave, stale_entries};
use super::allowance::Allowance;
use super::counters::Counters;
use super::group::{Group, GroupId};
use super::levels::{self, PROCESS};
use super::table::Table;
use super::tables::TABLES;

/// Read on every allocation. It has no destructor, so it is there from the first instruction of a thread to its last.
struct Thread {
    /// The thread's own table, or [`NO_TABLE`].
    table: Cell<*const Table>,
    position: Cell<Position>,
    stage: Cell<Stage>,
    allowance: Allowance,
}

/// How far this thread has come with a table of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It has none yet and gets one on first use.
    New,
    /// It is getting one; whatever that allocates is counted in the shared counters.
    Joining,
    Joined,
    /// Its table has been left to the next thread.
    Departed,
}

/// Stands in for the table a thread does not have, so that the fast path need not ask whether there is one: nothing is ever
/// counted in it, as reports are due.
static NO_TABLE: Table = Table::new();

/// Leaves the thread's table to the next one when the thread ends. Dropped late: it was registered by the first
/// allocation of the thread, and destructors run in the opposite order.
struct Departure;

thread_local! {
    static THREAD: Thread = const {
        Thread {
            table: Cell::new(&raw const NO_TABLE),
            position: Cell::new(Position::NOWHERE),
            stage: Cell::new(Stage::New),
            allowance: Allowance::new(),
        }
    };
    static DEPARTURE: Departure = const { Departure };
}

impl Drop for Departure {
    fn drop(&mut self) {
        // The state has no destructor, so it cannot be gone.
        let _ = THREAD.try_with(Thread::depart);
    }
}

/// The group that allocations of this thread count to.
#[inline]
pub(super) fn current_group() -> Group {
    THREAD.try_with(|thread| thread.position.get().group()).unwrap_or(Group::ROOT)
}

/// The slot of that group.
#[inline]
pub(super) fn current_id() -> GroupId {
    THREAD.try_with(|thread| thread.position.get().id()).unwrap_or(GroupId::ROOT)
}

/// Counts an object of `bytes` that was made for `group`, if that takes a few stores and no more. Where it returns `false`,
/// nothing is counted, and [`count_allocation`] does: from there, so that nothing has to be kept for what comes after it.
#[inline]
pub(super) fn try_count_allocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.allowance.after_allocation(bytes)?;
        let counted = thread.table().counters(group).try_add_allocation(bytes);
        counted.then(|| thread.allowance.leave_for_allocation(left))
    });
    matches!(counted, Ok(Some(())))
}

/// The same for an object that is freed by this thread, with [`count_deallocation`].
#[inline]
pub(super) fn try_count_deallocation(group: GroupId, bytes: usize) -> bool {
    let counted = THREAD.try_with(|thread| {
        let left = thread.allowance.after_deallocation(bytes)?;
        let counted = thread.table().counters(group).try_add_deallocation(bytes);
        counted.then(|| thread.allowance.leave_for_deallocation(left))
    });
    matches!(counted, Ok(Some(())))
}

/// Counts an object of `bytes` that was made for `group`.
#[cold]
pub(super) fn count_allocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_allocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_allocation(group, bytes);
    }
}

/// Counts an object of `bytes` that was made for `group` and is freed by this thread.
#[cold]
pub(super) fn count_deallocation(group: GroupId, bytes: usize) {
    let counted = THREAD.try_with(|thread| {
        thread.own_counters(group).map(|counters| thread.add_deallocation(group, counters, bytes))
    });
    if !matches!(counted, Ok(Some(()))) {
        share_deallocation(group, bytes);
    }
}

/// Reports to the level of `group` what this thread has not reported yet.
pub(super) fn report(group: GroupId) {
    let _ = THREAD.try_with(|thread| {
        if let Some(counters) = thread.table().touched_counters(group) {
            counters.report(levels::of(group));
        }
    });
}

/// Reports to the level of the process what this thread has not reported yet.
pub(super) fn report_to_process() {
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
    #[inline]
    fn table(&self) -> &'static Table {
        // SAFETY: `table` is set here only, to `NO_TABLE` or to a table from `TABLES`; both live for ever.
        unsafe { &*self.table.get() }
    }

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

    #[inline]
    fn has_table(&self) -> bool {
        !ptr::eq(self.table.get(), &raw const NO_TABLE)
    }

    /// This thread's counters for `group`; `None` where it has none of its own: while it joins, after it departed, or when the
    /// system has no memory.
    fn own_counters(&self, group: GroupId) -> Option<&'static Counters> {
        if self.stage.get() == Stage::New {
            self.join();
        }
        (self.stage.get() == Stage::Joined).then(|| self.table().touch(group))
    }

    fn join(&self) {
        self.stage.set(Stage::Joining);
        // Registers the destructor, which may allocate: that is what `Joining` is for.
        let stage = if DEPARTURE.try_with(|_| ()).is_err() {
            Stage::Departed
        } else if let Some(table) = TABLES.acquire() {
            self.table.set(table);
            let first = self.position.get().first();
            self.position.set(first);
            table.presence().stand(first.place(), first.group());
            Stage::Joined
        } else {
            Stage::New
        };
        self.stage.set(stage);
    }

    fn depart(&self) {
        let joined = self.stage.replace(Stage::Departed) == Stage::Joined;
        let table = self.table();
        self.table.set(&raw const NO_TABLE);
        // A stay that outlives this is over: nobody could see it any more.
        self.position.set(Position::NOWHERE);
        if joined {
            self.allowance.report();
            table.presence().leave_from(0);
            TABLES.release(table);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocator::{slots, sum};

    #[test]
    fn counting_goes_on_after_the_thread_has_departed() {
        let group = GroupId::allot().expect("a slot");
        std::thread::spawn(move || {
            count_allocation(group, 10);
            THREAD.with(|thread| {
                let table = thread.table();
                assert!(!ptr::eq(table, &raw const NO_TABLE));
                thread.depart();
                assert!(ptr::eq(thread.table(), &raw const NO_TABLE));
            });
            count_allocation(group, 5);
            count_deallocation(group, 10);
        })
        .join()
        .expect("no panic");
        let shared = TABLES.shared(group);
        assert_eq!((shared.allocated().bytes, shared.deallocated().bytes), (5, 10));
        assert_eq!(sum::group(slots::group_in(group)).live_bytes(), 5);
    }

    #[test]
    fn an_ended_thread_leaves_its_table_to_the_next() {
        let group = GroupId::allot().expect("a slot");
        for _ in 0..200 {
            std::thread::spawn(move || count_allocation(group, 1)).join().expect("no panic");
        }
        assert_eq!(sum::group(slots::group_in(group)).allocated_objects, 200);
        // Nowhere near 200: the few others belong to tests that run at the same time.
        assert!(TABLES.len() < 20, "{} tables", TABLES.len());
    }

    #[test]
    fn what_joining_allocates_is_counted_as_well() {
        let group = GroupId::allot().expect("a slot");
        std::thread::spawn(move || {
            THREAD.with(|thread| thread.stage.set(Stage::Joining));
            count_allocation(group, 3);
            THREAD.with(|thread| thread.stage.set(Stage::New));
            count_deallocation(group, 3);
        })
        .join()
        .expect("no panic");
        let snapshot = sum::group(slots::group_in(group));
        assert_eq!((snapshot.allocated_bytes, snapshot.deallocated_bytes), (3, 3));
    }
}
