//! One thread's counters, for the groups it has touched.

use super::atomic::{AtomicBool, AtomicPtr, Ordering, array, constructor};
use super::counters::Counters;
use super::group::{CHUNKS, GROUPS_PER_CHUNK, GroupId};
use super::presence::Presence;
#[cfg(not(loom))]
use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr;

/// The counters of neighbouring groups.
///
/// Each fills a cache line, so that no other thread's memory shares one with the counters this thread writes.
#[derive(Debug)]
pub(super) struct Chunk([Counters; GROUPS_PER_CHUNK]);

impl Chunk {
    constructor! {
    fn new() -> Self {
        Self(array![Counters::new(); GROUPS_PER_CHUNK])
    }
    }

    #[inline]
    pub(super) fn counters(&self, group: GroupId) -> Option<&Counters> {
        self.0.get(group.index_in_chunk())
    }

    /// Those of every group in it.
    pub(super) fn all_counters(&self) -> impl Iterator<Item = &Counters> {
        self.0.iter()
    }
}

/// A directory of chunks, each made when the owner first touches one of its groups.
///
/// A table is written by the one thread that owns it, is read by anyone, and is never freed: its counts outlive the
/// thread, and the next thread to own it goes on from there. It lives outside of the tracked heap, in `System`.
#[derive(Debug)]
pub(super) struct Table {
    chunks: [AtomicPtr<Chunk>; CHUNKS],
    owned: AtomicBool,
    presence: Presence,
    /// The table that was at the front of the list when this one was put there.
    next: AtomicPtr<Table>,
}

impl Table {
    constructor! {
    /// A table without counters, owned by nobody.
    fn new() -> Self {
        Self {
            chunks: array![AtomicPtr::new(ptr::null_mut()); CHUNKS],
            owned: AtomicBool::new(false),
            presence: Presence::new(),
            next: AtomicPtr::new(ptr::null_mut()),
        }
    }
    }

    /// A table owned by the caller; `None` when the system has no memory.
    pub(super) fn make_owned() -> Option<&'static Self> {
        let table = zeroed::<Self>()?;
        table.owned.store(true, Ordering::Relaxed);
        Some(table)
    }

    /// The counters of `group`, if a thread that owned this table has ever touched it.
    #[inline]
    pub(super) fn counters(&self, group: GroupId) -> Option<&Counters> {
        self.chunk(group.chunk_index())?.counters(group)
    }

    /// The chunk at `index`, if it has been made.
    #[inline]
    pub(super) fn chunk(&self, index: usize) -> Option<&Chunk> {
        // `Acquire` pairs with the `Release` in `counters_or_make`: a chunk is seen with its zeros.
        let chunk = self.chunks.get(index)?.load(Ordering::Acquire);
        // SAFETY: the directory holds null or a chunk made by `zeroed`, which is never freed.
        unsafe { chunk.as_ref() }
    }

    /// The counters of `group`, making their chunk; `None` when the system has no memory. Only for the owner.
    pub(super) fn counters_or_make(&self, group: GroupId) -> Option<&Counters> {
        if let Some(counters) = self.counters(group) {
            return Some(counters);
        }
        let chunk = zeroed::<Chunk>()?;
        self.chunks.get(group.chunk_index())?.store(ptr::from_ref(chunk).cast_mut(), Ordering::Release);
        chunk.counters(group)
    }

    /// Makes the caller the owner, unless somebody is.
    pub(super) fn claim(&self) -> bool {
        // `Acquire` pairs with the `Release` in `release`: the new owner goes on from the old one's last counts.
        self.owned.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
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

/// What may be made out of zeroed memory.
///
/// # Safety
///
/// All zeros is a valid value of the type, it is not zero-sized, and it may be shared between threads.
unsafe trait Zeroable: Sync + Sized + 'static {
    /// The value of all zeros.
    #[cfg(loom)]
    fn zeros() -> Self;
}

// SAFETY: null pointers, `false` and zeros.
unsafe impl Zeroable for Table {
    #[cfg(loom)]
    fn zeros() -> Self {
        Self::new()
    }
}

// SAFETY: integers.
unsafe impl Zeroable for Chunk {
    #[cfg(loom)]
    fn zeros() -> Self {
        Self::new()
    }
}

/// The types of `loom` are more than zeros.
#[cfg(loom)]
fn zeroed<T: Zeroable>() -> Option<&'static T> {
    Some(Box::leak(Box::new(T::zeros())))
}

/// A zeroed `T` that is never freed, from `System`: the tracked heap must not count its own bookkeeping.
#[cfg(not(loom))]
fn zeroed<T: Zeroable>() -> Option<&'static T> {
    // SAFETY: `T` is not zero-sized.
    let memory = unsafe { System.alloc_zeroed(Layout::new::<T>()) };
    // SAFETY: null or fresh memory with the layout of a `T`, whose zeros are a value, that nobody ever frees.
    unsafe { memory.cast::<T>().as_ref() }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::allocator::counters::Amount;

    #[test]
    fn a_chunk_is_made_for_the_groups_touched_and_no_others() {
        let table = Table::make_owned().expect("memory");
        let group = GroupId::from_slot(130);
        assert!(table.counters(group).is_none());
        table.counters_or_make(group).expect("memory").share_allocation(7);
        let made: Vec<usize> = (0..CHUNKS).filter(|&index| table.chunk(index).is_some()).collect();
        assert_eq!(made, [2]);
        assert_eq!(table.counters(group).expect("made").allocated(), Amount { bytes: 7, objects: 1 });
        assert_eq!(table.counters(GroupId::from_slot(131)).expect("made").allocated(), Amount::default());
    }

    #[test]
    fn a_table_has_one_owner_at_a_time() {
        let table = Table::new();
        assert!(table.claim());
        assert!(!table.claim());
        table.release();
        assert!(table.claim());
    }
}
