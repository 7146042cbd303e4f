//! What the allocator knows about the thread it runs on: the current group, and where this thread counts.

mod counting;
mod stay;
mod stray;

use std::cell::Cell;
use std::ptr;

pub(super) use self::counting::{
    count_allocation, count_deallocation, report, report_to_process, try_count_allocation,
    try_count_deallocation,
};
pub(super) use self::stay::{Stay, enter, enter_slowly, leave, stale_entries, try_enter};
use super::allowance::Allowance;
use super::group::{Group, GroupId, Mark};
use super::presence::Place;
use super::slots;
use super::table::Table;
use super::tables::TABLES;

/// Read on every allocation. It has no destructor, so it is there from the first instruction of a thread to its last.
struct Thread {
    /// The thread's own table, or [`NO_TABLE`].
    table: Cell<*const Table>,
    /// Where the current group stands: in the row of that table, or among `own_places`.
    here: Cell<*const Place>,
    /// From here on, no group can be entered but the root.
    end: Cell<*const Place>,
    /// Where groups stand while there is no row.
    own_places: [Place; stray::PLACES],
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
            here: Cell::new(NO_TABLE.presence().places().as_ptr()),
            end: Cell::new(NO_TABLE.presence().places().as_ptr()),
            own_places: [const { Place::new() }; stray::PLACES],
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
    slots::group_in(current_id())
}

/// The slot of that group.
#[inline]
pub(super) fn current_id() -> GroupId {
    THREAD.try_with(|thread| thread.here().mark().id()).unwrap_or(GroupId::ROOT)
}

impl Thread {
    #[inline]
    fn table(&self) -> &'static Table {
        // SAFETY: `table` is set here only, to `NO_TABLE` or to a table from `TABLES`; both live for ever.
        unsafe { &*self.table.get() }
    }

    /// The place of the current group.
    #[inline]
    fn here(&self) -> &Place {
        // SAFETY: `here` is set in this module only: to a place of a table that lives for ever, or to one of this thread.
        unsafe { &*self.here.get() }
    }

    #[inline]
    fn has_table(&self) -> bool {
        !ptr::eq(self.table.get(), &raw const NO_TABLE)
    }

    fn join(&self) {
        self.stage.set(Stage::Joining);
        // Registers the destructor, which may allocate: that is what `Joining` is for.
        let stage = if DEPARTURE.try_with(|_| ()).is_err() {
            Stage::Departed
        } else if let Some(table) = TABLES.acquire() {
            self.table.set(table);
            table.presence().places().iter().take(1).for_each(|first| first.stand(Mark::ROOT));
            if !self.is_stray() {
                self.go_home();
            }
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
        self.go_home();
        if joined {
            self.allowance.report();
            table.presence().leave_all();
            TABLES.release(table);
        }
    }

    /// Makes the first place of the thread's row the current one.
    fn go_home(&self) {
        let places = self.table().presence().places();
        // One is left behind it, for the root where a thread is too deep.
        let behind = if self.has_table() { places.len().saturating_sub(2) } else { 0 };
        self.here.set(places.as_ptr());
        self.end.set(places.as_ptr().wrapping_add(behind));
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
