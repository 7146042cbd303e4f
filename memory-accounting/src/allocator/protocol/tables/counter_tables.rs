//! Every table there is: a list that only grows, so that it can be walked without a lock.

use std::{iter, ptr};

use super::counter_table::CounterTable;
use crate::allocator::protocol::atomic::{AtomicPtr, AtomicUsize, Ordering, constructor};
use crate::allocator::protocol::counters::{GroupCounters, GroupWatermark};
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};

/// A list of tables. A process has one; a test may have its own.
#[derive(Debug)]
pub(crate) struct CounterTables {
    front: AtomicPtr<CounterTable>,
    /// At least as many as there are tables without an owner, so that zero means "do not look for one".
    idle: AtomicUsize,
    /// Where a thread counts that has no table: it is past its end, or the system had no memory for one.
    shared: CounterTable,
}

impl CounterTables {
    constructor! {
    /// No tables but one that all threads share, with these counters.
    fn new(shared: &'static [GroupCounters]) -> Self {
        Self {
            front: AtomicPtr::new(ptr::null_mut()),
            idle: AtomicUsize::new(0),
            shared: CounterTable::new(shared),
        }
    }
    }

    /// A table with room for `group`, for the caller to own: one that another thread left, else a new one, for the first `groups` groups
    /// if that is more. `None` when there is no memory, and for a slot that no group can have.
    ///
    /// A table that a thread outgrew stays idle until a thread with fewer groups takes it. Each next table has at least twice the room, so all
    /// that one thread outgrew are never more than its last.
    pub(crate) fn acquire(&self, group: GroupId, groups: usize) -> Option<&'static CounterTable> {
        if group.index() >= usize::from(MAXIMUM_GROUPS) {
            return None;
        }
        if let Some(table) = self.adopt(group) {
            return Some(table);
        }
        let room = groups.max(group.index().saturating_add(1)).checked_next_power_of_two()?;
        let table = CounterTable::make_owned(room)?;
        self.push(table);
        Some(table)
    }

    /// Leaves `table`, and all it has counted, to the next thread.
    pub(crate) fn release(&self, table: &'static CounterTable) {
        // Before the table can be claimed, so that `idle` is never too small.
        self.idle.fetch_add(1, Ordering::Relaxed);
        table.release();
    }

    /// The counters that any thread may add to, with the `share_` methods. `None` for a slot that no group can have.
    pub(crate) fn shared(&self, group: GroupId) -> Option<&'static GroupCounters> {
        self.shared.touch(group)
    }

    /// The counters of `group`, in all tables.
    pub(crate) fn counters(&self, group: GroupId) -> impl Iterator<Item = &'static GroupCounters> {
        self.every().filter_map(move |table| table.touched_counters(group))
    }

    /// Whether a thread with a table is inside `group`.
    pub(crate) fn is_inside(&self, group: GroupId) -> bool {
        self.iter().any(|table| table.occupancy().is_inside(group))
    }

    /// Reports what no thread has reported of `group`, which is gone: nobody counts for it.
    pub(crate) fn report_gone(&self, group: GroupId, watermark: &GroupWatermark) {
        for counters in self.iter().filter_map(|table| table.touched_counters(group)) {
            // Whatever is deferred here is forced at once, for the next group of the slot.
            counters.report(watermark, 0);
            counters.force_report();
        }
    }

    /// Forces every thread that has counted for `group` to report when it next does.
    pub(crate) fn force_reports(&self, group: GroupId) {
        self.iter().filter_map(|table| table.touched_counters(group)).for_each(GroupCounters::force_report);
    }

    /// The counters of all groups in all tables.
    pub(crate) fn all_counters(&self) -> impl Iterator<Item = &'static GroupCounters> {
        self.every().flat_map(CounterTable::all_touched_counters)
    }

    /// How many tables there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }

    /// The tables in the list and the shared one.
    pub(crate) fn every(&self) -> impl Iterator<Item = &CounterTable> {
        let listed = self.iter().map(|table| -> &CounterTable { table });
        listed.chain(iter::once(&self.shared))
    }

    fn iter(&self) -> impl Iterator<Item = &'static CounterTable> + use<> {
        iter::successors(follow(&self.front), |table| follow(table.next()))
    }

    fn adopt(&self, group: GroupId) -> Option<&'static CounterTable> {
        if self.idle.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let table = self.iter().find(|table| table.has_room_for(group) && table.claim())?;
        self.idle.fetch_sub(1, Ordering::Relaxed);
        Some(table)
    }

    fn push(&self, table: &'static CounterTable) {
        let mut front = self.front.load(Ordering::Relaxed);
        loop {
            table.next().store(front, Ordering::Relaxed);
            // `Release` pairs with the `Acquire` in `follow`: a table is seen with its `next`.
            let pushed = self.front.compare_exchange_weak(
                front,
                ptr::from_ref(table).cast_mut(),
                Ordering::Release,
                Ordering::Relaxed,
            );
            match pushed {
                Ok(_) => return,
                Err(newer) => front = newer,
            }
        }
    }
}

/// The table behind a link of the list.
fn follow(link: &AtomicPtr<CounterTable>) -> Option<&'static CounterTable> {
    let table = link.load(Ordering::Acquire);
    // SAFETY: a link is null or was set by `push` to a `&'static CounterTable`.
    unsafe { table.as_ref() }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    macro_rules! tables {
        () => {{
            static SHARED: [GroupCounters; 64] = [const { GroupCounters::new() }; 64];
            CounterTables::new(&SHARED)
        }};
    }

    const LAST_OF_TWO_CHUNKS: GroupId = GroupId::from_slot(127);

    #[test]
    fn a_released_table_is_adopted_with_its_counts() {
        static LIST: CounterTables = tables!();
        let first = LIST.acquire(GroupId::ROOT, 1).expect("memory");
        let second = LIST.acquire(GroupId::ROOT, 1).expect("memory");
        assert!(!ptr::eq(first, second));
        first.touch(GroupId::ROOT).expect("room").share_allocation(5);
        LIST.release(first);
        let adopted = LIST.acquire(GroupId::ROOT, 1).expect("memory");
        assert!(ptr::eq(adopted, first));
        assert_eq!(adopted.counters()[0].allocated().bytes, 5);
        assert_eq!(LIST.len(), 2);
    }

    #[test]
    fn a_table_that_is_too_small_is_left_to_a_thread_it_is_large_enough_for() {
        static LIST: CounterTables = tables!();
        let small = LIST.acquire(GroupId::ROOT, 1).expect("memory");
        LIST.release(small);
        let large = LIST.acquire(LAST_OF_TWO_CHUNKS, 1).expect("memory");
        assert!(!ptr::eq(small, large) && large.has_room_for(LAST_OF_TWO_CHUNKS));
        assert!(ptr::eq(LIST.acquire(GroupId::ROOT, 1).expect("memory"), small));
        assert_eq!(LIST.len(), 2);
    }

    #[test]
    fn a_new_table_has_room_for_the_groups_there_are() {
        static LIST: CounterTables = tables!();
        let table = LIST.acquire(GroupId::ROOT, 100).expect("memory");
        assert!(table.has_room_for(LAST_OF_TWO_CHUNKS));
        assert!(!table.has_room_for(GroupId::from_slot(128)));
    }

    #[test]
    fn there_is_no_table_for_a_slot_that_no_group_can_have() {
        static LIST: CounterTables = tables!();
        assert!(LIST.acquire(GroupId::from_slot(MAXIMUM_GROUPS), 1).is_none());
        assert!(LIST.acquire(GroupId::from_slot(MAXIMUM_GROUPS - 1), 1).is_some());
    }

    #[test]
    fn many_threads_share_no_table_and_make_no_more_than_they_need() {
        static LIST: CounterTables = tables!();
        const THREADS: usize = 8;
        const ROUNDS: usize = 200;
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        let table = LIST.acquire(GroupId::ROOT, 1).expect("memory");
                        table.touch(GroupId::ROOT).expect("room").share_allocation(1);
                        LIST.release(table);
                    }
                });
            }
        });
        let objects: u64 = LIST.counters(GroupId::ROOT).map(|counters| counters.allocated().objects).sum();
        assert_eq!(objects, (THREADS * ROUNDS) as u64);
        assert!(LIST.len() <= THREADS);
    }

    #[test]
    fn the_shared_counters_are_part_of_every_sum() {
        static LIST: CounterTables = tables!();
        LIST.shared(GroupId::ROOT).expect("room").share_allocation(9);
        let bytes: u64 = LIST.counters(GroupId::ROOT).map(|counters| counters.allocated().bytes).sum();
        let all_bytes: u64 = LIST.all_counters().map(|counters| counters.allocated().bytes).sum();
        assert_eq!((bytes, all_bytes), (9, 9));
    }
}
