//! What happened so far.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use memory_accounting::allocator::AllocationGroupRegistry;
use serde::{Deserialize, Serialize};

use super::super::policy::grant;
use super::super::size::Mebibytes;
use super::{Load, drain::time_for};

/// Counts what producers and the drain do.
pub(super) struct Meter {
    load: Load,
    start: Instant,
    /// Bytes of blocks that are not drained yet: live bytes by another count than the allocator's.
    queued: AtomicUsize,
    peak_queued: AtomicUsize,
    drained: AtomicUsize,
    blocks: AtomicU64,
    longest_wait_nanoseconds: AtomicU64,
}

/// How far a load is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) milliseconds: u64,
    /// Blocks that were allocated.
    pub(crate) blocks: u64,
    pub(crate) drained_bytes: usize,
    /// What was drained, as a part of what could be in the whole time of the load, however soon that ended.
    pub(crate) drained_share: f64,
    pub(crate) grant_bytes: usize,
    /// The most that was alive in the process.
    pub(crate) peak_live_bytes: usize,
    /// How far that was above the grant.
    pub(crate) overshoot_bytes: usize,
    /// The longest time from asking until a block was there, or until the end.
    pub(crate) longest_wait_milliseconds: u64,
}

impl Meter {
    pub(super) fn new(load: &Load) -> Self {
        Self {
            load: *load,
            start: Instant::now(),
            queued: AtomicUsize::new(0),
            peak_queued: AtomicUsize::new(0),
            drained: AtomicUsize::new(0),
            blocks: AtomicU64::new(0),
            longest_wait_nanoseconds: AtomicU64::new(0),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.start.elapsed() >= Duration::from_millis(self.load.milliseconds)
    }

    pub(super) fn is_flat_out(&self) -> bool {
        let after = self.load.flat_out_after_milliseconds.map(Duration::from_millis);
        after.is_some_and(|after| self.start.elapsed() >= after)
    }

    /// Begins to measure how long a block is waited for.
    pub(super) fn wait(&self) -> Wait<'_> {
        Wait { meter: self, since: Instant::now() }
    }

    pub(super) fn allocated(&self, bytes: usize) {
        let queued = self.queued.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.peak_queued.fetch_max(queued, Ordering::Relaxed);
        self.blocks.fetch_add(1, Ordering::Relaxed);
    }

    /// Frees `block` and counts it, in the order in which memory is there again.
    pub(super) fn drained(&self, block: Vec<u8>) {
        let bytes = block.len();
        drop(block);
        self.queued.fetch_sub(bytes, Ordering::Relaxed);
        self.drained.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn progress(&self) -> Progress {
        let (elapsed, planned) = (self.start.elapsed(), Duration::from_millis(self.load.milliseconds));
        let drained_bytes = self.drained.load(Ordering::Relaxed);
        let grant_bytes = grant(self.load.limit_bytes).effective_limit_bytes();
        // The allocator's peak is kept in batches, and the producers' own count has nothing but blocks.
        let peak_live_bytes =
            AllocationGroupRegistry::peak_bytes().max(self.peak_queued.load(Ordering::Relaxed));
        Progress {
            milliseconds: u64::try_from(elapsed.as_millis()).unwrap(),
            blocks: self.blocks.load(Ordering::Relaxed),
            drained_bytes,
            drained_share: time_for(drained_bytes, self.load.drain_bytes)
                .div_duration_f64(elapsed.max(planned)),
            grant_bytes,
            peak_live_bytes,
            overshoot_bytes: peak_live_bytes.saturating_sub(grant_bytes),
            longest_wait_milliseconds: self.longest_wait_nanoseconds.load(Ordering::Relaxed) / 1_000_000,
        }
    }
}

/// Somebody waits for a block until this is dropped: because it is there, or because all is over.
pub(super) struct Wait<'a> {
    meter: &'a Meter,
    since: Instant,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let waited = u64::try_from(self.since.elapsed().as_nanos()).unwrap();
        self.meter.longest_wait_nanoseconds.fetch_max(waited, Ordering::Relaxed);
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (share, live) = (self.drained_share * 100.0, Mebibytes(self.peak_live_bytes));
        write!(formatter, "{share:.1} % drained, at most {live} live, ")?;
        let (over, wait) = (Mebibytes(self.overshoot_bytes), self.longest_wait_milliseconds);
        write!(formatter, "{over} over the grant, longest wait {wait} ms, after {} ms", self.milliseconds)
    }
}
