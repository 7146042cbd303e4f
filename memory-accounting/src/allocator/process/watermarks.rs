//! The watermarks of the process.

use crate::allocator::protocol::counters::{GroupWatermark, Watermark};
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};

/// The watermark of all groups together.
pub(crate) static PROCESS: Watermark = Watermark::new();

static GROUPS: [GroupWatermark; MAXIMUM_GROUPS as usize] =
    [const { GroupWatermark::new() }; MAXIMUM_GROUPS as usize];

/// The watermark of `group`.
pub(crate) fn of(group: GroupId) -> &'static GroupWatermark {
    // Never used: slots come from `slots::allot`, which gives out those that are in the array. A block that was overwritten by a bug of
    // the program may name another, and is then counted here instead of costing a panic or a branch of its own.
    static FALLBACK: GroupWatermark = GroupWatermark::new();
    GROUPS.get(group.index()).unwrap_or(&FALLBACK)
}
