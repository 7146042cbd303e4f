//! The allocator that counts.
//!
//! # Fast and slow path
//!
//! Nearly every block is written down and counted with a handful of loads and stores, the *fast path*, which is inlined into the program.
//! Where any of it needs more (a first block, a report that is due, a thread without a table, a table by address that has no entries there yet), the
//! `try_` function that finds out has changed nothing, and a function called `_slow` begins that step again. It is called last, in the
//! place of a return: a call in the middle would have the compiler keep the block, its size and its group for what comes after it, in
//! registers that the fast path would have to save first.
//!
//! # Null
//!
//! Null from the inner allocator means that it has nothing, and is passed through: nothing is written down or counted. For a reallocation
//! it also means that the old block is as it was, so its group is read before and not touched.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

use super::placement::{Placement, Trailer};
use super::protocol::groups::GroupId;
use super::thread;

/// Wraps an allocator and counts what it hands out to the current allocation group of the calling thread.
///
/// ```
/// use memory_accounting::allocator::TrackingAllocator;
/// use std::alloc::System;
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);
/// # fn main() {}
/// ```
///
/// It remembers the group of every block as its [`Placement`] says: [`Trailer`] unless another is given, as for allocators
/// with size classes of powers of two.
///
/// ```
/// use memory_accounting::allocator::{SideTable, TrackingAllocator};
/// # use std::alloc::System as MiMalloc;
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator<MiMalloc, SideTable> = TrackingAllocator::with_placement(MiMalloc, SideTable);
/// # fn main() {}
/// ```
///
/// It fails exactly when the inner allocator fails: with null, never with a panic.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrackingAllocator<A, P = Trailer> {
    inner: A,
    placement: P,
}

impl<A> TrackingAllocator<A> {
    /// Counts what `inner` hands out.
    pub const fn new(inner: A) -> Self {
        Self::with_placement(inner, Trailer)
    }
}

impl<A, P: Placement> TrackingAllocator<A, P> {
    /// Counts what `inner` hands out, and remembers groups as `placement` says.
    pub const fn with_placement(inner: A, placement: P) -> Self {
        Self { inner, placement }
    }
}

impl<A: GlobalAlloc, P: Placement> TrackingAllocator<A, P> {
    /// The slow path of [`dealloc`](GlobalAlloc::dealloc), from reading the group on.
    ///
    /// # Safety
    ///
    /// As for [`GlobalAlloc::dealloc`].
    #[cold]
    #[inline(never)]
    unsafe fn deallocate_slow(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller gives a live block of ours, with the layout it was allocated with.
        let group = unsafe { self.placement.read_group(start, layout.size()) };
        count_deallocation(group, layout.size());
        // SAFETY: the layout is not zero-sized, since a block was allocated with it.
        let block = unsafe { self.placement.block_layout(layout) };
        // SAFETY: `inner` allocated it with this block layout.
        unsafe { self.inner.dealloc(start, block) }
    }
}

// SAFETY: blocks come from `inner`, which keeps the contract for them; each has the size, alignment and content the
// caller was promised, and what a placement has behind that is its own. Nothing here unwinds.
unsafe impl<A: GlobalAlloc, P: Placement> GlobalAlloc for TrackingAllocator<A, P> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller asks for no zero-sized block.
        let block = unsafe { self.placement.block_layout(layout) };
        // SAFETY: a block is not smaller than what is asked for.
        let start = unsafe { self.inner.alloc(block) };
        // SAFETY: null or a new block of that layout.
        unsafe { attribute(self.placement, start, layout.size()) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller asks for no zero-sized block.
        let block = unsafe { self.placement.block_layout(layout) };
        // SAFETY: a block is not smaller than what is asked for.
        let start = unsafe { self.inner.alloc_zeroed(block) };
        // SAFETY: null or a new block of that layout; what is written is behind the caller's zeros.
        unsafe { attribute(self.placement, start, layout.size()) }
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller gives a live block of ours, with the layout it was allocated with.
        let group = unsafe { self.placement.try_read_group(start, layout.size()) };
        if !group.is_some_and(|group| thread::try_count_deallocation(group, layout.size())) {
            // SAFETY: passed on to the caller.
            return unsafe { self.deallocate_slow(start, layout) };
        }
        // SAFETY: the layout is not zero-sized, since a block was allocated with it.
        let block = unsafe { self.placement.block_layout(layout) };
        // SAFETY: `inner` allocated it with this block layout.
        unsafe { self.inner.dealloc(start, block) }
    }

    #[inline]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else {
            return ptr::null_mut();
        };
        // SAFETY: the caller asks for no zero-sized block.
        let new_block = unsafe { self.placement.block_layout(new_layout) };
        // Read before the block moves or shrinks, and left as it is: if `inner` fails, nothing has changed.
        // SAFETY: the caller gives a live block of ours, with the layout it was allocated with.
        let old_group = unsafe { self.placement.read_group(start, layout.size()) };
        // SAFETY: the layout is not zero-sized, since a block was allocated with it.
        let old_block = unsafe { self.placement.block_layout(layout) };
        // SAFETY: `inner` allocated it with this block layout; the new size is not zero and was found good.
        let new_start = unsafe { self.inner.realloc(start, old_block, new_block.size()) };
        if !new_start.is_null() {
            // The new block before the old one, so that a peak has both, as they are when `inner` copies.
            // SAFETY: a block of the new block layout.
            unsafe { attribute(self.placement, new_start, new_size) };
            count_deallocation(old_group, layout.size());
        }
        new_start
    }
}

/// Counts the new block at `start` to the current group and notes that group; returns `start`, which may be null.
///
/// # Safety
///
/// As for [`write_group`](super::placement::sealed::GroupStore::write_group), but for null.
#[inline]
unsafe fn attribute(placement: impl Placement, start: *mut u8, size: usize) -> *mut u8 {
    if start.is_null() {
        return start;
    }
    let group = thread::current_id();
    // SAFETY: passed on to the caller.
    if unsafe { placement.try_write_group(start, size, group) } && thread::try_count_allocation(group, size) {
        return start;
    }
    // SAFETY: passed on to the caller.
    unsafe { attribute_slow(placement, start, size) }
}

/// The slow path of [`attribute`], for a block that is not null. Writes the group down again, which is harmless where the fast path had, and
/// counts to the group that could be written down: a block that says another group when it is freed would be uncounted from that one.
///
/// # Safety
///
/// As for [`write_group`](super::placement::sealed::GroupStore::write_group).
#[cold]
#[inline(never)]
unsafe fn attribute_slow(placement: impl Placement, start: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: passed on to the caller.
    let group = unsafe { placement.write_group(start, size, thread::current_id()) };
    if !thread::try_count_allocation(group, size) {
        thread::count_allocation(group, size);
    }
    start
}

/// Counts a block that is freed, on the fast path or else on the slow one.
#[inline]
fn count_deallocation(group: GroupId, size: usize) {
    if !thread::try_count_deallocation(group, size) {
        thread::count_deallocation(group, size);
    }
}
