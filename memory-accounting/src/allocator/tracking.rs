//! The allocator that counts.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

use super::{placement, thread};

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
/// Two bytes are added to every block to remember its group. It fails exactly when the inner allocator fails, and for
/// layouts so close to `isize::MAX` bytes that those two no longer fit: with null, never with a panic.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrackingAllocator<A> {
    inner: A,
}

impl<A> TrackingAllocator<A> {
    /// Counts what `inner` hands out.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

// SAFETY: blocks come from `inner`, which keeps the contract for them; each has the size, alignment and content the
// caller was promised, and the bytes behind that are its own. Nothing here unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for TrackingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(block) = placement::block_layout(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: a block with a trailer is not zero-sized.
        let start = unsafe { self.inner.alloc(block) };
        if !start.is_null() {
            // SAFETY: `start` is a new block of that layout.
            unsafe { attribute(start, layout.size()) };
        }
        start
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(block) = placement::block_layout(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: a block with a trailer is not zero-sized.
        let start = unsafe { self.inner.alloc_zeroed(block) };
        if !start.is_null() {
            // SAFETY: `start` is a new block of that layout; what is written is behind the caller's zeros.
            unsafe { attribute(start, layout.size()) };
        }
        start
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        // SAFETY: the caller gives a live block of ours, with the layout it was allocated with.
        let group = unsafe { placement::read_group(start, layout.size()) };
        thread::count_deallocation(group, layout.size());
        // SAFETY: a block of this layout exists.
        let block = unsafe { placement::allocated_block_layout(layout) };
        // SAFETY: `inner` allocated it with this block layout.
        unsafe { self.inner.dealloc(start, block) }
    }

    #[inline]
    unsafe fn realloc(&self, start: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(new_block) =
            Layout::from_size_align(new_size, layout.align()).ok().and_then(placement::block_layout)
        else {
            return ptr::null_mut();
        };
        // Read before the block moves or shrinks, and left as it is: if `inner` fails, nothing has changed.
        // SAFETY: the caller gives a live block of ours, with the layout it was allocated with.
        let old_group = unsafe { placement::read_group(start, layout.size()) };
        // SAFETY: a block of this layout exists.
        let old_block = unsafe { placement::allocated_block_layout(layout) };
        // SAFETY: `inner` allocated it with this block layout; the new size is not zero and was found good.
        let new_start = unsafe { self.inner.realloc(start, old_block, new_block.size()) };
        if !new_start.is_null() {
            // The new block before the old one, so that a peak has both, as they are when `inner` copies.
            // SAFETY: `new_start` is a block with room for `new_size` bytes and the trailer.
            unsafe { attribute(new_start, new_size) };
            thread::count_deallocation(old_group, layout.size());
        }
        new_start
    }
}

/// Counts a new block to the current group and writes that group behind it.
///
/// # Safety
///
/// As for [`placement::write_group`].
#[inline]
unsafe fn attribute(start: *mut u8, size: usize) {
    let group = thread::current_group().id();
    // SAFETY: passed on to the caller.
    unsafe { placement::write_group(start, size, group) };
    thread::count_allocation(group, size);
}
