//! How much is alive, and how much was at most: what the threads have reported so far.
//!
//! A thread does not report every block. It reports a group once it has allocated, or freed, a *batch* of bytes in it
//! since it last did, and the process likewise; so one counter that all threads share costs next to nothing, and is off
//! by at most a batch for each thread. A group that tracks its peak exactly has a batch of zero.

use super::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering, constructor, fence};

/// Alive and at most alive, as reported.
#[derive(Debug)]
pub(super) struct Level {
    /// Below zero for a moment when a free is reported before the allocation it belongs to.
    live: AtomicIsize,
    peak: AtomicUsize,
}

/// The level of one group.
///
/// On a cache line of its own, so that groups in use on different threads do not slow each other.
#[repr(align(64))]
#[derive(Debug)]
pub(super) struct GroupLevel {
    level: Level,
    exact: AtomicBool,
}

impl Level {
    constructor! {
    fn new() -> Self {
        Self { live: AtomicIsize::new(0), peak: AtomicUsize::new(0) }
    }
    }

    /// Takes a report: `change` more bytes are alive than at the report before, or fewer where it has wrapped below zero.
    pub(super) fn report(&self, change: usize) {
        let change = 0_isize.wrapping_add_unsigned(change);
        let live = self.live.fetch_add(change, Ordering::AcqRel).wrapping_add(change);
        let live = live.max(0).unsigned_abs();
        // A peak is rare; looking first keeps threads from taking the line from each other for nothing.
        if live > self.peak.load(Ordering::Relaxed) {
            self.peak.fetch_max(live, Ordering::AcqRel);
        }
    }

    /// Bytes alive, as reported.
    pub(super) fn live_bytes(&self) -> usize {
        self.live.load(Ordering::Relaxed).max(0).unsigned_abs()
    }

    /// The most that was ever alive, as reported.
    pub(super) fn peak_bytes(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    /// Begins a new peak, at what is alive now.
    pub(super) fn reset_peak(&self) {
        // Reports from here on raise the new peak; `AcqRel` pairs with that of `report`: the rise of a report whose
        // peak was wiped out is part of what `live` says below.
        self.peak.swap(0, Ordering::AcqRel);
        self.peak.fetch_max(self.live_bytes(), Ordering::AcqRel);
    }
}

impl GroupLevel {
    constructor! {
    fn new() -> Self {
        Self { level: Level::new(), exact: AtomicBool::new(false) }
    }
    }

    pub(super) fn level(&self) -> &Level {
        &self.level
    }

    /// Whether every change has to be reported.
    ///
    /// To be asked after the next report has been put off. The fence pairs with that of
    /// [`track_exactly`](Self::track_exactly): whoever is told no has put it off before it is called back in.
    pub(super) fn is_exact(&self) -> bool {
        fence(Ordering::SeqCst);
        self.exact.load(Ordering::Relaxed)
    }

    /// Makes it the level of a new group, of which nothing is alive: what is alive of the old one was reported gone.
    pub(super) fn renew(&self) {
        self.exact.store(false, Ordering::Relaxed);
        self.level.reset_peak();
    }

    /// From now on every change has to be reported. What was put off has to be called in after this.
    pub(super) fn track_exactly(&self) {
        self.exact.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_the_most_that_was_reported_alive() {
        let level = Level::new();
        level.report(100);
        level.report(50);
        level.report(0_usize.wrapping_sub(120));
        assert_eq!((level.live_bytes(), level.peak_bytes()), (30, 150));
        level.reset_peak();
        assert_eq!((level.live_bytes(), level.peak_bytes()), (30, 30));
        level.report(10);
        assert_eq!((level.live_bytes(), level.peak_bytes()), (40, 40));
    }

    #[test]
    fn a_free_reported_before_its_allocation_shows_nothing_alive() {
        let level = Level::new();
        level.report(0_usize.wrapping_sub(70));
        assert_eq!((level.live_bytes(), level.peak_bytes()), (0, 0));
        level.report(100);
        assert_eq!((level.live_bytes(), level.peak_bytes()), (30, 30));
    }
}
