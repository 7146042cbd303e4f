//! The watermarks of the process.

use super::waker;
use crate::allocator::protocol::counters::{GroupWatermark, WakeLevel, Watermark};
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};

/// The watermark of all groups together.
pub(crate) static PROCESS: Watermark = Watermark::new();

/// Which of its levels a thread waits for.
pub(crate) static WAKE_LEVEL: WakeLevel = WakeLevel::new();

static GROUPS: [GroupWatermark; MAXIMUM_GROUPS as usize] =
    [const { GroupWatermark::new() }; MAXIMUM_GROUPS as usize];

/// Takes a report to [`PROCESS`], and wakes the thread that waits for less to be alive.
pub(crate) fn report(change: u64) {
    let live = PROCESS.report(change);
    if WAKE_LEVEL.is_to_wake(live) {
        waker::wake();
    }
}

/// The watermark of `group`.
pub(crate) fn of(group: GroupId) -> &'static GroupWatermark {
    // Never used: slots come from `slots::allot`, which gives out those that are in the array. A block that was overwritten by a bug of
    // the program may name another, and is then counted here instead of costing a panic or a branch of its own.
    static FALLBACK: GroupWatermark = GroupWatermark::new();
    GROUPS.get(group.index()).unwrap_or(&FALLBACK)
}
