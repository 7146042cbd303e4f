//! One thread's counters.

use super::atomic::{AtomicBool, AtomicPtr, Ordering, array, constructor};
use super::counters::Counters;
use super::group::{CHUNKS, GROUPS_PER_CHUNK, GroupId, MAXIMUM_GROUPS};
#[cfg(not(loom))]
use super::pages;
use super::presence::Presence;
use std::ptr;

/// How many groups there can be, as a length.
const GROUPS: usize = MAXIMUM_GROUPS as usize;

/// The counters of every group there can be: reserved at once, so that they are found by adding, and made memory a page at a
/// time, with the counters of neighbouring groups in each.
///
/// A table is written by the one thread that owns it, is read by anyone, and is never freed: its counts outlive the
/// thread, and the next thread to own it goes on from there. It lives outside of the tracked heap.
///
/// The counters come first, so that those of each chunk are a page.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Table {
    /// Each fills a cache line, so that no other thread's memory shares one with the counters this thread writes.
    counters: [Counters; GROUPS],
    /// Whether any group of the chunk has been counted for: what has not is not looked at, and so stays no memory.
    touched: [AtomicBool; CHUNKS],
    owned: AtomicBool,
    presence: Presence,
    /// The table that was at the front of the list when this one was put there.
    next: AtomicPtr<Table>,
}

impl Table {
    constructor! {
    /// A table without counters, owned by nobody.
    #[expect(
        clippy::large_stack_arrays,
        reason = "only ever a static, whose zeros take no memory until they change"
    )]
    fn new() -> Self {
        Self {
            touched: array![AtomicBool::new(false); CHUNKS],
            owned: AtomicBool::new(false),
            presence: Presence::new(),
            next: AtomicPtr::new(ptr::null_mut()),
            counters: array![Counters::new(); GROUPS],
        }
    }
    }

    /// A table owned by the caller; `None` when the system has no memory.
    pub(super) fn make_owned() -> Option<&'static Self> {
        let table = zeroed()?;
        table.owned.store(true, Ordering::Relaxed);
        Some(table)
    }

    /// The counters of `group`. They have reports due where the group was not [touched](Self::touch).
    #[inline]
    pub(super) fn counters(&self, group: GroupId) -> &Counters {
        let [first, ..] = &self.counters;
        // The remainder changes no slot there is; with it the compiler sees that there are counters for it.
        self.counters.get(usize::from(group.to_slot()) % GROUPS).unwrap_or(first)
    }

    /// The counters of `group`, if it was touched.
    pub(super) fn touched_counters(&self, group: GroupId) -> Option<&Counters> {
        self.is_touched(group).then(|| self.counters(group))
    }

    /// The counters of all groups that were touched, and of some that were not.
    pub(super) fn all_touched_counters(&self) -> impl Iterator<Item = &Counters> {
        let chunks = self.counters.chunks(GROUPS_PER_CHUNK).take(GroupId::chunks_in_use()).enumerate();
        chunks.filter(|(index, _)| self.is_chunk_touched(*index)).flat_map(|(_, chunk)| chunk)
    }

    /// The counters of `group`, to count with: from now on they are looked at.
    pub(super) fn touch(&self, group: GroupId) -> &Counters {
        if let Some(touched) = self.touched.get(group.chunk_index()) {
            touched.store(true, Ordering::Release);
        }
        self.counters(group)
    }

    /// Whether the group, or a neighbour of its chunk, was touched.
    pub(super) fn is_touched(&self, group: GroupId) -> bool {
        self.is_chunk_touched(group.chunk_index())
    }

    fn is_chunk_touched(&self, chunk: usize) -> bool {
        // `Acquire` pairs with the `Release` of `touch`, and with those of what was counted after it.
        self.touched.get(chunk).is_some_and(|touched| touched.load(Ordering::Acquire))
    }

    /// Makes the caller the owner, unless somebody is.
    pub(super) fn claim(&self) -> bool {
        // `Acquire` pairs with the `Release` in `release`: the new owner goes on from the old one's last counts.
        // Looked at first, since the owner's own writes are next to it.
        !self.owned.load(Ordering::Relaxed)
            && self.owned.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Gives the table up. Only for the owner, who writes nothing to it any more.
    pub(super) fn release(&self) {
        self.owned.store(false, Ordering::Release);
    }

    /// Which groups the owner is in.
    #[inline]
    pub(super) const fn presence(&self) -> &Presence {
        &self.presence
    }

    pub(super) fn next(&self) -> &AtomicPtr<Self> {
        &self.next
    }
}

/// The types of `loom` are more than zeros.
#[cfg(loom)]
fn zeroed() -> Option<&'static Table> {
    Some(Box::leak(Box::new(Table::new())))
}

/// A table that is never freed, from the system: the tracked heap must not count its own bookkeeping.
#[cfg(not(loom))]
fn zeroed() -> Option<&'static Table> {
    let memory = pages::reserve(size_of::<Table>())?.cast::<Table>();
    // SAFETY: room for a table at the beginning of a page, nobody else's and never freed; null pointers, `false` and zeros are
    // a table.
    Some(unsafe { memory.as_ref() })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::allocator::counters::Amount;

    #[test]
    fn what_was_not_touched_is_not_looked_at() {
        let table = Table::make_owned().expect("memory");
        let _ = (GroupId::allot(), GroupId::allot());
        let group = GroupId::from_slot(1);
        assert!(table.touched_counters(group).is_none());
        assert_eq!(table.all_touched_counters().count(), 0);
        table.touch(group).share_allocation(7);
        assert_eq!(
            table.touched_counters(group).expect("touched").allocated(),
            Amount { bytes: 7, objects: 1 }
        );
        assert_eq!(table.all_touched_counters().count(), GROUPS_PER_CHUNK);
        assert!(table.touched_counters(GroupId::from_slot(130)).is_none());
    }

    #[test]
    fn a_slot_that_nobody_was_given_still_has_counters() {
        let table = Table::make_owned().expect("memory");
        assert_eq!(table.counters(GroupId::from_slot(u16::MAX)).allocated(), Amount::default());
    }

    #[test]
    fn a_table_has_one_owner_at_a_time() {
        let table = Table::make_owned().expect("memory");
        assert!(!table.claim());
        table.release();
        assert!(table.claim());
        assert!(!table.claim());
    }
}
