//! The watermarks of the process.

use std::sync::atomic::{AtomicU32, Ordering};

use super::waker;
use crate::allocator::protocol::counters::{GroupWatermark, PeakLevel, SIZES, WakeLevel, Watermark};
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};

/// The watermark of all groups together.
pub(crate) static PROCESS: Watermark = Watermark::new();

/// Which of its levels a thread waits for.
pub(crate) static WAKE_LEVEL: WakeLevel = WakeLevel::new();

/// The level at which a thread wants to know who has what.
pub(crate) static PEAK_LEVEL: PeakLevel = PeakLevel::new();

/// The number of the window of time that sizes are noted in. Whoever has a clock goes on to the next.
static WINDOW: AtomicU32 = AtomicU32::new(0);

static GROUPS: [GroupWatermark; MAXIMUM_GROUPS as usize] =
    [const { GroupWatermark::new() }; MAXIMUM_GROUPS as usize];

/// Takes a report to [`PROCESS`], and wakes the thread that waits for less to be alive, or for more.
pub(crate) fn report(change: u64) {
    let live = PROCESS.report(change);
    if WAKE_LEVEL.is_to_wake(live) | PEAK_LEVEL.is_to_wake(live) {
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

/// Notes that a block of `bytes` was allocated in `group`.
pub(crate) fn note_size(group: GroupId, bytes: usize) {
    of(group).sizes().note(bytes, WINDOW.load(Ordering::Relaxed));
}

/// The largest sizes that were noted of `group` in this window and the one before it, the largest first, and zeros.
pub(crate) fn recent_sizes(group: GroupId) -> [u64; SIZES] {
    of(group).sizes().recent(WINDOW.load(Ordering::Relaxed))
}

/// Begins the next window: what was noted before the present one is not recent any more.
pub(crate) fn begin_window() {
    WINDOW.fetch_add(1, Ordering::Relaxed);
}
