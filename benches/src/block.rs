//! Blocks straight from the global allocator, through functions that the optimiser cannot see through.
#![expect(unsafe_code, reason = "calls the global allocator and owns what it gives")]

use std::alloc::{self, Layout};
use std::ptr::NonNull;

/// A block of the global allocator; freed when dropped.
///
/// It fits two registers, so that next to nothing is measured but the allocator.
#[derive(Debug)]
pub(crate) struct Block {
    start: NonNull<u8>,
    size: usize,
}

// SAFETY: a block is only bytes, and the global allocator takes them back on every thread.
unsafe impl Send for Block {}

impl Block {
    /// A block of `size` bytes, at least one, of which the first is written.
    #[inline]
    pub(crate) fn new(size: usize) -> Self {
        let size = size.max(1);
        let start = allocate(size);
        // SAFETY: the block has at least one byte.
        unsafe { start.write(1) };
        Self { start, size }
    }

    /// Writes every byte, so that every page is there.
    pub(crate) fn fill(&mut self) {
        // SAFETY: the block has as many bytes and belongs to this value alone.
        unsafe { self.start.write_bytes(1, self.size) };
    }
}

impl Drop for Block {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: allocated with this size, and given back only here.
        unsafe { free(self.start, self.size) };
    }
}

fn layout(size: usize) -> Layout {
    let Ok(layout) = Layout::from_size_align(size, align_of::<u64>()) else {
        panic!("no block has {size} bytes")
    };
    layout
}

#[inline(never)]
fn allocate(size: usize) -> NonNull<u8> {
    let layout = layout(size);
    assert_ne!(size, 0, "a block has at least one byte");
    // SAFETY: the size is not zero.
    let start = unsafe { alloc::alloc(layout) };
    NonNull::new(start).unwrap_or_else(|| alloc::handle_alloc_error(layout))
}

/// # Safety
///
/// `start` is what [`allocate`] gave for `size`, and not yet freed.
#[inline(never)]
unsafe fn free(start: NonNull<u8>, size: usize) {
    let layout = layout(size);
    // SAFETY: passed on to the caller.
    unsafe { alloc::dealloc(start.as_ptr(), layout) };
}
