//! What whoever holds the process to a limit needs of the allocator.

use super::process::batch;

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
