//! Every table there is: a list that only grows, so that it can be walked without a lock.

use super::atomic::{AtomicPtr, AtomicUsize, Ordering, constructor};
use super::counters::Counters;
use super::group::GroupId;
use super::level::GroupLevel;
use super::table::Table;
use std::iter;
use std::ptr;

/// A list of tables. There is one, [`TABLES`]; a test may have its own.
#[derive(Debug)]
pub(super) struct Tables {
    front: AtomicPtr<Table>,
    /// At least as many as there are tables without an owner, so that zero means "do not look for one".
    idle: AtomicUsize,
    /// Where a thread counts that has no table: it is past its end, or the system had no memory for one.
    pub(super) shared: Table,
}

/// All the tables of the process.
#[cfg(not(loom))]
pub(super) static TABLES: Tables = Tables::new();

impl Tables {
    constructor! {
    fn new() -> Self {
        Self {
            front: AtomicPtr::new(ptr::null_mut()),
            idle: AtomicUsize::new(0),
            shared: Table::new(),
        }
    }
    }

    /// A table for the caller to own: one that an ended thread left, else a new one. `None` when there is no memory.
    pub(super) fn acquire(&self) -> Option<&'static Table> {
        if let Some(table) = self.adopt() {
            return Some(table);
        }
        let table = Table::make_owned()?;
        self.push(table);
        Some(table)
    }

    /// Leaves `table`, and all it has counted, to the next thread.
    pub(super) fn release(&self, table: &'static Table) {
        // Before the table can be claimed, so that `idle` is never too small.
        self.idle.fetch_add(1, Ordering::Relaxed);
        table.release();
    }

    /// The counters that any thread may add to, with the `share_` methods.
    pub(super) fn shared(&self, group: GroupId) -> &Counters {
        self.shared.touch(group)
    }

    /// The counters of `group`, in all tables.
    pub(super) fn counters(&self, group: GroupId) -> impl Iterator<Item = &Counters> {
        self.every().filter_map(move |table| table.touched_counters(group))
    }

    /// Whether a thread is inside `group`, as current or as saved.
    pub(super) fn is_inside(&self, group: GroupId) -> bool {
        self.iter().any(|table| table.presence().is_inside(group))
    }

    /// Reports what no thread has reported of `group`, which is gone: nobody counts for it.
    pub(super) fn report_gone(&self, group: GroupId, level: &GroupLevel) {
        for counters in self.iter().filter_map(|table| table.touched_counters(group)) {
            counters.report(level);
            counters.report_every_change();
        }
    }

    /// Has every thread that has counted for `group` report again when it next does.
    pub(super) fn call_in(&self, group: GroupId) {
        self.iter().filter_map(|table| table.touched_counters(group)).for_each(Counters::report_every_change);
    }

    /// The counters of all groups in all tables.
    pub(super) fn all_counters(&self) -> impl Iterator<Item = &Counters> {
        self.every().flat_map(Table::all_touched_counters)
    }

    /// How many tables there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.iter().count()
    }

    /// The tables in the list and the shared one.
    pub(super) fn every(&self) -> impl Iterator<Item = &Table> {
        let listed = self.iter().map(|table| -> &Table { table });
        listed.chain(iter::once(&self.shared))
    }

    fn iter(&self) -> impl Iterator<Item = &'static Table> + use<> {
        iter::successors(follow(&self.front), |table| follow(table.next()))
    }

    fn adopt(&self) -> Option<&'static Table> {
        if self.idle.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let table = self.iter().find(|table| table.claim())?;
        self.idle.fetch_sub(1, Ordering::Relaxed);
        Some(table)
    }

    fn push(&self, table: &'static Table) {
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
fn follow(link: &AtomicPtr<Table>) -> Option<&'static Table> {
    let table = link.load(Ordering::Acquire);
    // SAFETY: a link is null or was set by `push` to a `&'static Table`.
    unsafe { table.as_ref() }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_released_table_is_adopted_with_its_counts() {
        static LIST: Tables = Tables::new();
        let first = LIST.acquire().expect("memory");
        let second = LIST.acquire().expect("memory");
        assert!(!ptr::eq(first, second));
        first.touch(GroupId::ROOT).share_allocation(5);
        LIST.release(first);
        let adopted = LIST.acquire().expect("memory");
        assert!(ptr::eq(adopted, first));
        assert_eq!(adopted.counters(GroupId::ROOT).allocated().bytes, 5);
        assert_eq!(LIST.len(), 2);
    }

    #[test]
    fn many_threads_share_no_table_and_make_no_more_than_they_need() {
        static LIST: Tables = Tables::new();
        const THREADS: usize = 8;
        const ROUNDS: usize = 200;
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        let table = LIST.acquire().expect("memory");
                        table.touch(GroupId::ROOT).share_allocation(1);
                        LIST.release(table);
                    }
                });
            }
        });
        let objects: usize = LIST.counters(GroupId::ROOT).map(|counters| counters.allocated().objects).sum();
        assert_eq!(objects, THREADS * ROUNDS);
        assert!(LIST.len() <= THREADS);
    }

    #[test]
    fn the_shared_counters_are_part_of_every_sum() {
        static LIST: Tables = Tables::new();
        LIST.shared(GroupId::ROOT).share_allocation(9);
        let bytes: usize = LIST.counters(GroupId::ROOT).map(|counters| counters.allocated().bytes).sum();
        let all_bytes: usize = LIST.all_counters().map(|counters| counters.allocated().bytes).sum();
        assert_eq!((bytes, all_bytes), (9, 9));
    }
}
