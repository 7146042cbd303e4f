//! One thread's counters, and the groups it has entered.

use std::ptr;

use crate::allocator::protocol::atomic::{AtomicBool, AtomicPtr, Ordering, array, constructor};
use crate::allocator::protocol::counters::GroupCounters;
use crate::allocator::protocol::groups::{CHUNKS, GROUPS_PER_CHUNK, GroupId, Occupancy};

/// The counters of the first so many groups, and which groups the owner has entered.
///
/// A table is written by the one thread that owns it, is read by anyone, and is never freed: its counts outlive the thread, and the
/// next thread to own it goes on from there. It lives outside of the tracked heap, as one piece of memory:
///
/// ```text
/// +-------------------------------+--------------------------+--------------------------+-- …
/// | head: what follows, and the   | counters of groups       | counters of groups       |
/// | entered groups                | 0 to 63, 64 bytes each   | 64 to 127                |
/// +-------------------------------+--------------------------+--------------------------+-- …
///   a page                          a page                     a page
/// ```
///
/// It is reserved at once and becomes memory by the page, so a thread that uses no more than 64 groups takes two. How many groups
/// it has counters for is decided when it is made; a thread that meets a later one takes a larger table, see
/// [`CounterTables::acquire`](super::CounterTables::acquire).
#[derive(Debug)]
#[repr(C)]
pub(crate) struct CounterTable {
    /// Whether any group of the chunk has been counted for: what has not is not looked at, and so stays no memory.
    touched: [AtomicBool; CHUNKS],
    owned: AtomicBool,
    /// The table that was at the front of the list when this one was put there.
    next: AtomicPtr<CounterTable>,
    /// Whole chunks, each a page.
    counters: &'static [GroupCounters],
    occupancy: Occupancy,
}

impl CounterTable {
    constructor! {
    /// A table with these counters, owned by nobody.
    fn new(counters: &'static [GroupCounters]) -> Self {
        Self {
            touched: array![AtomicBool::new(false); CHUNKS],
            owned: AtomicBool::new(false),
            next: AtomicPtr::new(ptr::null_mut()),
            counters,
            occupancy: Occupancy::new(),
        }
    }
    }

    /// A table owned by the caller, with counters for at least `groups` groups; `None` when the system has no memory.
    pub(crate) fn make_owned(groups: usize) -> Option<&'static Self> {
        let table = make(groups.max(1).checked_next_multiple_of(GROUPS_PER_CHUNK)?)?;
        table.owned.store(true, Ordering::Relaxed);
        Some(table)
    }

    /// The counters, by [index](GroupId::index) of the group. They have reports due where the group was not [touched](Self::touch).
    #[inline]
    pub(crate) const fn counters(&self) -> &'static [GroupCounters] {
        self.counters
    }

    /// Whether there are counters for `group`.
    pub(crate) const fn has_room_for(&self, group: GroupId) -> bool {
        group.index() < self.counters.len()
    }

    /// The counters of `group`, if it was touched.
    pub(crate) fn touched_counters(&self, group: GroupId) -> Option<&'static GroupCounters> {
        self.is_touched(group).then(|| self.counters.get(group.index())).flatten()
    }

    /// The counters of all groups that were touched, and of their neighbours.
    pub(crate) fn all_touched_counters(&self) -> impl Iterator<Item = &'static GroupCounters> {
        let chunks = self.counters.chunks(GROUPS_PER_CHUNK).enumerate();
        chunks.filter(|(index, _)| self.is_chunk_touched(*index)).flat_map(|(_, chunk)| chunk)
    }

    /// The counters of `group`, to count with: from now on they are looked at. `None` where there are none.
    pub(crate) fn touch(&self, group: GroupId) -> Option<&'static GroupCounters> {
        let counters = self.counters.get(group.index())?;
        if let Some(touched) = self.touched.get(group.chunk_index()) {
            touched.store(true, Ordering::Release);
        }
        Some(counters)
    }

    /// Has the net bytes of every group go on from those in `outgrown`, which has fewer groups. Only for the owner of both.
    pub(crate) fn carry_on_from(&self, outgrown: &Self) {
        let chunks = self.counters.chunks(GROUPS_PER_CHUNK).zip(outgrown.counters.chunks(GROUPS_PER_CHUNK));
        for (_, (chunk, outgrown)) in
            chunks.enumerate().filter(|(index, _)| outgrown.is_chunk_touched(*index))
        {
            chunk.iter().zip(outgrown).for_each(|(counters, outgrown)| counters.carry_on_from(outgrown));
        }
    }

    /// Whether the group, or a neighbour of its chunk, was touched.
    pub(crate) fn is_touched(&self, group: GroupId) -> bool {
        self.is_chunk_touched(group.chunk_index())
    }

    fn is_chunk_touched(&self, chunk: usize) -> bool {
        // `Acquire` pairs with the `Release` of `touch`, and with those of what was counted after it.
        self.touched.get(chunk).is_some_and(|touched| touched.load(Ordering::Acquire))
    }

    /// Makes the caller the owner, unless somebody is.
    pub(crate) fn claim(&self) -> bool {
        // `Acquire` pairs with the `Release` in `release`: the new owner goes on from the old one's last counts.
        // Looked at first, since the owner's own writes are next to it.
        !self.owned.load(Ordering::Relaxed)
            && self.owned.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Gives the table up. Only for the owner, who writes nothing to it any more.
    pub(crate) fn release(&self) {
        self.owned.store(false, Ordering::Release);
    }

    /// Which groups the owner has entered.
    #[inline]
    pub(crate) const fn occupancy(&self) -> &Occupancy {
        &self.occupancy
    }

    pub(crate) fn next(&self) -> &AtomicPtr<Self> {
        &self.next
    }
}

/// The types of `loom` are more than zeros.
#[cfg(loom)]
fn make(groups: usize) -> Option<&'static CounterTable> {
    let counters: Vec<_> = (0..groups).map(|_| GroupCounters::new()).collect();
    Some(Box::leak(Box::new(CounterTable::new(counters.leak()))))
}

/// A table that is never freed, from the system: the tracked heap must not count its own bookkeeping.
#[cfg(not(loom))]
fn make(groups: usize) -> Option<&'static CounterTable> {
    use std::slice;

    use crate::system::pages;

    /// Counters begin at a page of their own.
    const HEAD_BYTES: usize = size_of::<CounterTable>().next_multiple_of(4096);

    let counters_bytes = groups.checked_mul(size_of::<GroupCounters>())?;
    let start = pages::reserve(HEAD_BYTES.checked_add(counters_bytes)?)?;
    let table = start.cast::<CounterTable>();
    // SAFETY: within what was reserved.
    let counters = unsafe { start.add(HEAD_BYTES) }.cast::<GroupCounters>();
    // SAFETY: room for so many behind the head, from a page on, nobody else's and never freed; zeros are counters.
    let counters: &'static [GroupCounters] = unsafe { slice::from_raw_parts(counters.as_ptr(), groups) };
    // SAFETY: room for a table at the beginning of what was reserved; nothing is read or referred to.
    let field = unsafe { &raw mut (*table.as_ptr()).counters };
    // SAFETY: as above, and nobody else has seen it.
    unsafe { field.write(counters) };
    // SAFETY: as above, never freed; but for the field just written, null pointers, `false` and zeros are a table.
    Some(unsafe { table.as_ref() })
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::allocator::protocol::counters::Amount;

    #[test]
    fn what_was_not_touched_is_not_looked_at() {
        let table = CounterTable::make_owned(256).expect("memory");
        let group = GroupId::from_slot(1);
        assert!(table.touched_counters(group).is_none());
        assert_eq!(table.all_touched_counters().count(), 0);
        table.touch(group).expect("room").share_allocation(7);
        assert_eq!(
            table.touched_counters(group).expect("touched").allocated(),
            Amount { bytes: 7, objects: 1 }
        );
        assert_eq!(table.all_touched_counters().count(), GROUPS_PER_CHUNK);
        assert!(table.touched_counters(GroupId::from_slot(130)).is_none());
    }

    #[test]
    fn a_table_has_room_for_the_groups_it_was_made_for_in_whole_chunks() {
        let table = CounterTable::make_owned(65).expect("memory");
        assert!(
            table.has_room_for(GroupId::from_slot(127)) && table.touch(GroupId::from_slot(127)).is_some()
        );
        assert!(
            !table.has_room_for(GroupId::from_slot(128)) && table.touch(GroupId::from_slot(128)).is_none()
        );
        assert!(table.touched_counters(GroupId::from_slot(u16::MAX)).is_none());
    }

    #[test]
    fn the_head_of_a_table_is_a_page_and_so_are_the_counters_of_a_chunk() {
        assert_eq!(size_of::<CounterTable>().div_ceil(4096), 1);
        assert_eq!(GROUPS_PER_CHUNK * size_of::<GroupCounters>(), 4096);
    }

    #[test]
    fn net_bytes_go_on_in_a_larger_table_whatever_others_have_counted_there() {
        let (small, large) = (CounterTable::make_owned(64), CounterTable::make_owned(256));
        let (small, large) = small.zip(large).expect("memory");
        let [group, not_in_large, neither] = [1, 2, 3].map(GroupId::from_slot);
        let net = |table: &CounterTable, group: GroupId| table.counters()[group.index()].net_bytes();
        let counters = |table: &'static CounterTable, group| table.touch(group).expect("room");
        // By the owner before.
        let _ = counters(large, group).add_allocation(1000);
        let _ = counters(small, group).add_allocation(70);
        let _ = counters(small, not_in_large).add_deallocated_bytes(5);
        large.carry_on_from(small);
        assert_eq!(net(large, group), 70);
        assert_eq!(net(large, not_in_large), 0_u64.wrapping_sub(5));
        assert_eq!(net(large, neither), 0);
        let _ = counters(large, group).add_allocation(3);
        let _ = counters(large, group).add_deallocated_bytes(100);
        assert_eq!(net(large, group), 0_u64.wrapping_sub(27));
        assert_eq!(counters(large, group).allocated().bytes, 1003);
    }

    #[test]
    fn a_table_has_one_owner_at_a_time() {
        let table = CounterTable::make_owned(1).expect("memory");
        assert!(!table.claim());
        table.release();
        assert!(table.claim());
        assert!(!table.claim());
    }
}
