//! How many bytes a thread may allocate, and free, before it reports to the watermarks.
//!
//! ```text
//! batch = min(what is set, max(bound / max(threads, 16), 1 KiB))
//! ```
//!
//! A thread goes by the batch that there was when it last reported, and its first count is a report. So what all threads hold back is within
//! the bound while no more than 16 run. With more, the k-th of those that run has a share of a k-th at most, since the ones before it were
//! there when it reported first; so all of them hold back
//!
//! ```text
//! bound × (1 + 1/17 + … + 1/threads)  <  bound × (1 + ln(threads / 16))
//! ```
//!
//! at worst, as long as each thread has reported just once, and no more than the bound again when each has reported once more. The same is
//! true after the bound was made less: a thread keeps its old batch until it has counted so many bytes. It is not forced to report sooner:
//! one that counts soon does by itself, and one that does not could not be.

use std::sync::atomic::{AtomicU64, Ordering};

/// Seldom enough to cost nothing (a thousand blocks of 64 bytes), often enough to be off by four mebibytes with 64 threads.
const DEFAULT: u64 = 64 << 10;

/// No share of a bound is less, so that a report, which threads may compete for, is one for sixteen blocks of 64 bytes.
const LEAST_SHARE: u64 = 1 << 10;

/// A bound is divided by no less, so that the first threads of a program leave something to those that come.
const LEAST_THREADS: u64 = 16;

static SETTING: AtomicU64 = AtomicU64::new(DEFAULT);

/// How much all threads together may hold back.
static BOUND: AtomicU64 = AtomicU64::new(u64::MAX);

/// How many threads hold something back: those with a table. In a forked child, those that its parent had are among them.
static THREADS: AtomicU64 = AtomicU64::new(0);

/// How many bytes a thread may allocate, and free, before it reports again.
pub(crate) fn current() -> u64 {
    let threads = THREADS.load(Ordering::Relaxed);
    setting().min(share(BOUND.load(Ordering::Relaxed), threads))
}

/// The most that [`current`] can be.
pub(crate) fn setting() -> u64 {
    SETTING.load(Ordering::Relaxed)
}

/// Changes [`setting`]; each thread goes by it after it has next reported.
pub(crate) fn set(bytes: u64) {
    SETTING.store(bytes, Ordering::Relaxed);
}

/// Has all threads together hold back no more than `bytes`, once each has next reported.
pub(crate) fn bound(bytes: u64) {
    BOUND.store(bytes, Ordering::Relaxed);
}

/// One more thread holds something back.
pub(crate) fn join() {
    THREADS.fetch_add(1, Ordering::Relaxed);
}

/// One thread less does.
pub(crate) fn depart() {
    THREADS.fetch_sub(1, Ordering::Relaxed);
}

/// Each thread's share of `bound`.
fn share(bound: u64, threads: u64) -> u64 {
    bound.checked_div(threads.max(LEAST_THREADS)).unwrap_or(bound).max(LEAST_SHARE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_all_threads_add_up_to_the_bound() {
        let shares = [0, 1, 16, 17, 64].map(|threads| share(1 << 20, threads));
        assert_eq!(shares, [65_536, 65_536, 65_536, 61_680, 16_384]);
    }

    #[test]
    fn a_share_is_worth_a_report() {
        assert_eq!([share(0, 1), share(1 << 20, 2000)], [1024, 1024]);
    }
}
