//! Finds out whether the global allocator is a tracking one.

use std::hint::black_box;
use std::sync::atomic::{AtomicU8, Ordering};

use super::guard::TrackingGuard;
use super::process::totals;
use super::protocol::groups::Group;

const UNKNOWN: u8 = 0;
const INSTALLED: u8 = 1;
const NOT_INSTALLED: u8 = 2;

/// Allocates inside a group that nothing else uses, and looks whether that was counted. A program has one global
/// allocator from start to end, so the answer is kept; no group that anyone sees is changed.
///
/// Threads that ask at the same time may all find out, which is harmless; a lock could be held by another thread during a `fork`.
pub(super) fn allocator_installed() -> bool {
    static ANSWER: AtomicU8 = AtomicU8::new(UNKNOWN);
    let mut answer = ANSWER.load(Ordering::Relaxed);
    if answer == UNKNOWN {
        answer = if probe() { INSTALLED } else { NOT_INSTALLED };
        ANSWER.store(answer, Ordering::Relaxed);
    }
    answer == INSTALLED
}

fn probe() -> bool {
    let _guard = TrackingGuard::enter(Group::PROBE);
    // Seen by `black_box`, so that the compiler cannot leave the allocation out.
    drop(black_box(Box::new(black_box(0_u8))));
    totals::group(Group::PROBE).allocated_objects > 0
}
