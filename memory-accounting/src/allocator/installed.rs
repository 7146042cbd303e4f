//! Finds out whether the global allocator is a tracking one.

use std::hint::black_box;
use std::sync::OnceLock;

use super::group::Group;
use super::guard::TrackingGuard;
use super::sum;

/// Allocates inside a group that nothing else uses, and looks whether that was counted. A program has one global
/// allocator from start to end, so it is asked once; no group that anyone sees is changed.
pub(super) fn allocator_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        let _guard = TrackingGuard::enter(Group::PROBE);
        // Seen by `black_box`, so that the compiler cannot leave the allocation out.
        drop(black_box(Box::new(black_box(0_u8))));
        sum::group(Group::PROBE).allocated_objects > 0
    })
}
