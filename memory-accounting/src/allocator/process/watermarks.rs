//! The watermarks of the process, and how often threads report to them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::allocator::protocol::counters::{GroupWatermark, Watermark};
use crate::allocator::protocol::groups::{GroupId, MAXIMUM_GROUPS};

/// Seldom enough to cost nothing (a thousand blocks of 64 bytes), often enough to be off by four mebibytes with 64 threads.
const DEFAULT_BATCH: u64 = 64 << 10;

static BATCH: AtomicU64 = AtomicU64::new(DEFAULT_BATCH);

/// The watermark of all groups together.
pub(crate) static PROCESS: Watermark = Watermark::new();

static GROUPS: [GroupWatermark; MAXIMUM_GROUPS as usize] =
    [const { GroupWatermark::new() }; MAXIMUM_GROUPS as usize];

/// How many bytes a thread may allocate, and free, before it reports.
pub(crate) fn batch() -> u64 {
    BATCH.load(Ordering::Relaxed)
}

/// Changes [`batch`]; each thread goes by it after it has next reported.
pub(crate) fn set_batch(bytes: u64) {
    BATCH.store(bytes, Ordering::Relaxed);
}

/// The watermark of `group`.
pub(crate) fn of(group: GroupId) -> &'static GroupWatermark {
    // Never used: slots come from `slots::allot`, which gives out those that are in the array. A block that was overwritten by a bug of
    // the program may name another, and is then counted here instead of costing a panic or a branch of its own.
    static FALLBACK: GroupWatermark = GroupWatermark::new();
    GROUPS.get(group.index()).unwrap_or(&FALLBACK)
}
