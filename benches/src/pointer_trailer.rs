//! The design this library is measured against: a pointer to shared counters behind each block.
#![expect(unsafe_code, reason = "implements `GlobalAlloc`")]

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

use crate::groups::Counters;

type Trailer = &'static Counters;

/// Keeps, behind each block, a pointer to the counters of the group that was current; all threads add to the same ones.
///
/// It leaves `realloc` and `alloc_zeroed` to the trait, so the first always copies and the second writes every byte.
#[derive(Clone, Copy, Debug, Default)]
pub struct PointerTrailer<A> {
    inner: A,
}

impl<A> PointerTrailer<A> {
    /// Counts what `inner` hands out.
    pub const fn new(inner: A) -> Self {
        Self { inner }
    }
}

/// The block to ask the inner allocator for, and where in it the pointer stands.
#[inline]
fn with_trailer(layout: Layout) -> Option<(Layout, usize)> {
    layout.extend(Layout::new::<Trailer>()).ok()
}

// SAFETY: blocks come from `inner`, which keeps the contract for them; the caller's bytes are in front of the trailer.
unsafe impl<A: GlobalAlloc> GlobalAlloc for PointerTrailer<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((block, offset)) = with_trailer(layout) else {
            return ptr::null_mut();
        };
        // SAFETY: a block with a trailer is not zero-sized.
        let start = unsafe { self.inner.alloc(block) };
        if !start.is_null() {
            let counters = Counters::current();
            // SAFETY: the trailer is within the block.
            let trailer = unsafe { start.add(offset) };
            // SAFETY: as above.
            unsafe { trailer.cast::<Trailer>().write_unaligned(counters) };
            counters.count_allocation(block.size());
        }
        start
    }

    #[inline]
    unsafe fn dealloc(&self, start: *mut u8, layout: Layout) {
        let Some((block, offset)) = with_trailer(layout) else {
            return;
        };
        // SAFETY: the trailer is within the block.
        let trailer = unsafe { start.add(offset) };
        // SAFETY: as above, and written when the block was allocated.
        let counters = unsafe { trailer.cast::<Trailer>().read_unaligned() };
        counters.count_free(block.size());
        // SAFETY: `inner` allocated it with this layout.
        unsafe { self.inner.dealloc(start, block) }
    }
}
