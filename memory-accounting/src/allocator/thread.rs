//! What the allocator knows about the thread it runs on: the groups it has entered, and where it counts.
//!
//! The groups that a thread has entered are a stack, of which the topmost is its current one (see
//! [`Occupancy`](super::protocol::groups::Occupancy)). A thread with a table keeps the stack there, where removing a group sees it. A thread
//! without one, which is new, past its end, or on a system without memory, is *unlisted* and keeps a short stack of its own:
//!
//! ```text
//!             a thread with a table                       an unlisted thread that is inside of two groups
//!
//!  current ------------------.                            current ---------------.
//!  end     ------------------|------------.               end     ---------------'
//!                            v            v                                      v
//!  home  -> entries: root parser nobody … nobody          own_entries: nobody parser codec nobody …
//!
//!  counters -> of its home, or of a larger table      counters -> none, so all is counted in shared counters
//! ```
//!
//! Entering a group is on the fast path while `current < end`; so an unlisted thread, whose `end` is its current entry, never is.

mod counting;
mod departure;
mod entered_scope;
mod report_budget;
mod unlisted;

use std::cell::Cell;
use std::ptr;

pub(super) use self::counting::{
    count_allocation, count_deallocation, net_bytes, report, report_to_process, try_count_allocation,
    try_count_deallocation,
};
pub(super) use self::entered_scope::{EnteredScope, enter, enter_slow, leave, stale_entries, try_enter};
use self::report_budget::ReportBudget;
use super::process::tables::{self, TABLES};
use super::process::{batch, slots};
use super::protocol::counters::GroupCounters;
use super::protocol::groups::{Entry, Group, GroupId, Occupant};
use super::protocol::tables::CounterTable;

/// Read on every allocation. It has no destructor, so it is there from the first instruction of a thread to its last.
struct Thread {
    /// The counters this thread counts with, by group: those of `table`. None while it has no table, so that the fast path need not ask.
    counters: Cell<&'static [GroupCounters]>,
    /// The topmost of the groups this thread has entered: an entry of `home`, or one of `own_entries`.
    current: Cell<*const Entry>,
    /// From here on, no group can be entered on the fast path.
    end: Cell<*const Entry>,
    budget: ReportBudget,
    stage: Cell<Stage>,
    /// How many times not to ask for a table, after there was no memory for one.
    refusals: Cell<u16>,
    /// The table that the entered groups are in, from joining to departing.
    home: Cell<Option<&'static CounterTable>>,
    /// The table that this thread counts in: its home, until it meets a group that has no counters there.
    table: Cell<Option<&'static CounterTable>>,
    /// The groups that an unlisted thread has entered.
    own_entries: [Entry; unlisted::ENTRIES],
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

/// Enough that a system call more for each of so many counts does not show.
const REFUSALS: u16 = 1000;

/// The current entry of a thread that has neither a table nor entered a group: nobody's, so that it counts to the root.
static NOWHERE: Entry = Entry::new();

thread_local! {
    static THREAD: Thread = const {
        Thread {
            counters: Cell::new(&[]),
            current: Cell::new(&raw const NOWHERE),
            end: Cell::new(&raw const NOWHERE),
            budget: ReportBudget::new(),
            stage: Cell::new(Stage::New),
            refusals: Cell::new(0),
            home: Cell::new(None),
            table: Cell::new(None),
            own_entries: [const { Entry::new() }; unlisted::ENTRIES],
        }
    };
}

/// The group that allocations of this thread count to.
#[inline]
pub(super) fn current_group() -> Group {
    slots::group_in(current_id())
}

/// The slot of that group.
#[inline]
pub(super) fn current_id() -> GroupId {
    THREAD.try_with(|thread| thread.current().occupant().id()).unwrap_or(GroupId::ROOT)
}

impl Thread {
    /// The entry of the current group.
    #[inline]
    fn current(&self) -> &Entry {
        // SAFETY: `current` is set in this module only: to `NOWHERE`, to an entry of a table, both of which live for ever, or to one of this
        // thread. Stepping up stays among the entries of a table, because that ends at `end`, which leaves one behind it; stepping down does,
        // because no scope is that of the first entry.
        unsafe { &*self.current.get() }
    }

    /// Takes a table, unless this is the end of the thread or there is no memory.
    fn join(&self) {
        if !self.may_ask_for_table() {
            return;
        }
        self.stage.set(Stage::Joining);
        self.stage.set(self.try_join());
    }

    fn try_join(&self) -> Stage {
        if !departure::has_memory() {
            self.remember_refusal();
            return Stage::New;
        }
        // May allocate: that is what `Joining` is for.
        if !departure::announce() {
            return Stage::Departed;
        }
        let Some(table) = tables::acquire(GroupId::ROOT) else {
            self.remember_refusal();
            return Stage::New;
        };
        batch::join();
        self.home.set(Some(table));
        self.count_in(Some(table));
        table.occupancy().entries().iter().take(1).for_each(|first| first.set(Occupant::ROOT));
        if !self.is_unlisted() {
            self.go_home();
        }
        Stage::Joined
    }

    /// Leaves the tables to other threads. What is counted after this is counted in the shared counters.
    fn depart(&self) {
        self.stage.set(Stage::Departed);
        let (home, table) = (self.home.take(), self.table.get());
        self.count_in(None);
        // Whatever this thread is still inside of is over: nobody could see it any more.
        self.go_home();
        if let (Some(home), Some(table)) = (home, table) {
            self.budget.report(batch::current());
            batch::depart();
            home.occupancy().clear();
            TABLES.release(home);
            if !ptr::eq(home, table) {
                TABLES.release(table);
            }
        }
    }

    /// Whether to ask for a table: not where there was no memory for one a short time ago. Asking the system each time would take longer
    /// than the allocation that is counted.
    fn may_ask_for_table(&self) -> bool {
        let left = self.refusals.get().checked_sub(1);
        self.refusals.set(left.unwrap_or(0));
        left.is_none()
    }

    /// Has the next so many counts not ask for a table.
    fn remember_refusal(&self) {
        self.refusals.set(REFUSALS);
    }

    /// Counts in `table` from now on.
    fn count_in(&self, table: Option<&'static CounterTable>) {
        self.table.set(table);
        self.counters.set(table.map_or(&[], CounterTable::counters));
    }

    /// Takes a table with counters for `group`, which `small`, the present one, has not; `None` where there is no memory for it.
    ///
    /// The groups this thread has entered stay where they are, in its home: its guards point there.
    fn outgrow(&self, small: &'static CounterTable, group: GroupId) -> Option<&'static CounterTable> {
        if !self.may_ask_for_table() {
            return None;
        }
        let Some(large) = tables::acquire(group) else {
            self.remember_refusal();
            return None;
        };
        large.carry_on_from(small);
        self.count_in(Some(large));
        if !self.home.get().is_some_and(|home| ptr::eq(home, small)) {
            TABLES.release(small);
        }
        Some(large)
    }

    /// Makes the first entry of the thread's home the current one.
    fn go_home(&self) {
        let Some(home) = self.home.get() else {
            self.current.set(&raw const NOWHERE);
            self.end.set(&raw const NOWHERE);
            return;
        };
        let entries = home.occupancy().entries();
        self.current.set(entries.as_ptr());
        // One is left behind the end, for the root where a thread is too deep.
        self.end.set(entries.as_ptr().wrapping_add(entries.len().saturating_sub(2)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocator::process::totals;

    fn new_group() -> GroupId {
        slots::allot().expect("a slot")
    }

    #[test]
    fn counting_goes_on_after_the_thread_has_departed() {
        let group = new_group();
        std::thread::spawn(move || {
            count_allocation(group, 10);
            THREAD.with(|thread| {
                assert!(thread.home.get().is_some());
                thread.depart();
                assert!(thread.home.get().is_none());
            });
            count_allocation(group, 5);
            count_deallocation(group, 10);
        })
        .join()
        .expect("no panic");
        let shared = tables::shared(group);
        assert_eq!((shared.allocated().bytes, shared.deallocated().bytes), (5, 10));
        assert_eq!(totals::group(slots::group_in(group)).live_bytes(), 5);
    }

    #[test]
    fn an_ended_thread_leaves_its_table_to_the_next() {
        let (group, before) = (new_group(), TABLES.len());
        for _ in 0..200 {
            std::thread::spawn(move || count_allocation(group, 1)).join().expect("no panic");
        }
        assert_eq!(totals::group(slots::group_in(group)).allocated_objects, 200);
        // Nowhere near 200: those there are belong to tests that run at the same time.
        let made = TABLES.len() - before;
        assert!(made < 150, "{made} tables");
    }

    #[test]
    fn a_thread_that_outgrows_its_table_goes_on_in_a_larger_one() {
        let group = new_group();
        std::thread::spawn(move || {
            count_allocation(group, 10);
            let tables = || THREAD.with(|thread| thread.home.get().zip(thread.table.get())).expect("joined");
            let (home, _) = tables();
            let before = net_bytes(group).expect("counters");
            count_deallocation(group, 3);
            // As if the table had been made before these groups were registered.
            for slot in [1000, 10_000] {
                let late = GroupId::from_slot(slot);
                assert!(!try_count_allocation(late, 5));
                count_allocation(late, 5);
                let (home_now, table) = tables();
                assert!(ptr::eq(home_now, home) && !ptr::eq(table, home));
                assert_eq!(table.touched_counters(late).expect("counted").allocated().bytes, 5);
                count_allocation(group, 10);
            }
            let net = net_bytes(group).expect("counters").wrapping_sub(before);
            assert_eq!(net, 17, "counted in three tables");
        })
        .join()
        .expect("no panic");
        assert_eq!(totals::group(slots::group_in(group)).allocated_bytes, 30);
    }

    #[test]
    fn what_joining_allocates_is_counted_as_well() {
        let group = new_group();
        std::thread::spawn(move || {
            THREAD.with(|thread| thread.stage.set(Stage::Joining));
            count_allocation(group, 3);
            THREAD.with(|thread| thread.stage.set(Stage::New));
            count_deallocation(group, 3);
        })
        .join()
        .expect("no panic");
        let snapshot = totals::group(slots::group_in(group));
        assert_eq!((snapshot.allocated_bytes, snapshot.deallocated_bytes), (3, 3));
    }
}
