//! A block of memory.

use std::alloc::{GlobalAlloc, Layout, System};

use crate::allocator::TrackingAllocator;

static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// A block that is counted, until dropped.
#[derive(Debug)]
pub(super) struct Block {
    start: *mut u8,
    layout: Layout,
}

// SAFETY: nobody but its owner knows the block, and the allocator takes it back from any thread.
unsafe impl Send for Block {}

impl Block {
    pub(super) fn new(bytes: usize) -> Self {
        let layout = Layout::array::<u8>(bytes).expect("a small block");
        assert_ne!(bytes, 0);
        // SAFETY: not zero-sized.
        let start = unsafe { ALLOCATOR.alloc(layout) };
        assert!(!start.is_null(), "no memory");
        Self { start, layout }
    }

    pub(super) fn bytes(&self) -> usize {
        self.layout.size()
    }

    pub(super) fn resize(&mut self, bytes: usize) {
        assert_ne!(bytes, 0);
        // SAFETY: a live block of this layout; the new size is neither zero nor near the greatest there is.
        let start = unsafe { ALLOCATOR.realloc(self.start, self.layout, bytes) };
        assert!(!start.is_null(), "no memory");
        (self.start, self.layout) = (start, Layout::array::<u8>(bytes).expect("a small block"));
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: a live block of this layout.
        unsafe { ALLOCATOR.dealloc(self.start, self.layout) }
    }
}
