//! How much memory the process uses.

use crate::allocator::AllocationGroupRegistry;
use crate::system::resident_bytes;

/// The greater of the tracked live bytes and the resident size; `None` where neither can be read.
pub(super) fn process_bytes() -> Option<usize> {
    // Of two options the greater is the one that is there.
    tracked_bytes().max(resident_bytes())
}

/// The live bytes of all groups, off by at most a batch for each thread; `None` without a tracking allocator.
fn tracked_bytes() -> Option<usize> {
    AllocationGroupRegistry::allocator_installed().then(AllocationGroupRegistry::approximate_live_bytes)
}
