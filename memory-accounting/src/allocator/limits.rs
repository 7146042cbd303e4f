//! What whoever holds the process to a limit needs of the allocator: to be woken by the free that makes room, and by the allocation that makes
//! a new peak, and to know how much it is not told.
//!
//! One thread of the process waits for room, for all limiters:
//!
//! ```text
//! limits::set_waker(thread::current());                       once, and again in a forked child
//! loop {
//!     …
//!     if limits::wake_when_below(bytes) >= bytes {            armed, and there is no room yet
//!         while limits::is_armed() && … { thread::park_timeout(pause) }
//!     }
//!     limits::disarm();
//! }
//! ```
//!
//! It looks at [`is_armed`] again because whatever else it calls may have used up the wake-up: locks and channels park the thread as well.
//! Every wake-up disarms, and there may be one for nothing, so it looks at what is alive and arms again.

use std::thread::Thread;

use super::peak_moment;
use super::process::watermarks::{self, PEAK_LEVEL, PROCESS, WAKE_LEVEL};
use super::process::{batch, waker};
use super::token::AllocationGroupToken;

/// Wakes the thread of [`set_waker`], once, when fewer than `bytes` are alive in the process, and returns how many are. Where that is less
/// already, there may be nothing to wake it. Only for that thread; a later call replaces what an earlier one has asked for.
///
/// It is woken by the thread that frees, just before the block goes back to the inner allocator, in the report that finds fewer alive
/// ([`approximate_live_bytes`](super::AllocationGroupRegistry::approximate_live_bytes)). A block larger than a batch is reported at once. What
/// a thread frees in smaller ones may wait for its next report, so by as much as [`bound_unreported`] says there may be less alive, and
/// nobody has been woken: so wait with a timeout.
#[must_use = "less may be alive already"]
pub(crate) fn wake_when_below(bytes: u64) -> u64 {
    WAKE_LEVEL.arm(bytes, &PROCESS)
}

/// How many bytes are alive in the group of `token`, as threads have reported it: off by at most a batch for each. None of a group that was
/// removed.
pub(crate) fn approximate_live_bytes(token: AllocationGroupToken) -> u64 {
    let live_bytes = watermarks::of(token.group().id()).bytes().live_bytes();
    if token.is_registered() { live_bytes } else { 0 }
}

/// Whether the thread was not woken since the last [`wake_when_below`].
pub(crate) fn is_armed() -> bool {
    WAKE_LEVEL.is_armed()
}

/// Takes [`wake_when_below`] back.
pub(crate) fn disarm() {
    WAKE_LEVEL.disarm();
}

/// Wakes the thread of [`set_waker`], once, when `bytes` or more are alive in the process, and returns how many are: the mirror of
/// [`wake_when_below`], which wakes it as well, or instead. It is woken in the middle of an allocation.
#[must_use = "as much may be alive already"]
pub(crate) fn wake_at_peak(bytes: u64) -> u64 {
    PEAK_LEVEL.arm(bytes, &PROCESS)
}

/// Whether the thread was not woken since the last [`wake_at_peak`].
pub(crate) fn is_armed_for_peak() -> bool {
    PEAK_LEVEL.is_armed()
}

/// Looks who holds what, and returns how many bytes were alive at the highest moment that was looked at.
pub(crate) fn record_peak() -> u64 {
    PEAK_LEVEL.disarm();
    peak_moment::record();
    peak_bytes_recorded()
}

/// How many bytes were alive at the highest moment that was looked at; 0 before there is one.
pub(crate) fn peak_bytes_recorded() -> u64 {
    peak_moment::kept().map_or(0, |moment| moment.live_bytes() as u64)
}

/// From now on the blocks of the window before the present one do not count as recent.
pub(crate) fn begin_window() {
    watermarks::begin_window();
}

/// Has `thread` woken, in place of any other, by [unparking](Thread::unpark) it.
///
/// It is that of this process: a forked child, in which the thread does not run, sets one of its own. Until then nobody is woken there.
pub(crate) fn set_waker(thread: Thread) {
    AllocationGroupToken::root().scope(|| waker::set(thread));
}

/// Has all threads together hold back no more than `total_bytes`, either way, from what is reported: from
/// [`approximate_live_bytes`](super::AllocationGroupRegistry::approximate_live_bytes) and from peaks. `u64::MAX` lifts the bound.
///
/// Each thread reports after a batch: the setting of the program
/// ([`set_peak_batch_bytes`](super::AllocationGroupRegistry::set_peak_batch_bytes)) or its share of `total_bytes`, whichever is less. A share
/// is a part in as many as there are threads, in sixteen at least, and no less than 1 KiB. It changes as threads come and go, and each thread
/// goes by it once it has next reported: until then it holds back what its batch was. So with more than sixteen threads, all of them together
/// may hold back `total_bytes × (1 + ln(threads / 16))` until each has reported twice; and threads that were idle since before the call, their
/// old batch. In a forked child the parent's threads count as well, so batches are smaller than they need be.
pub(crate) fn bound_unreported(total_bytes: u64) {
    batch::bound(total_bytes);
}
