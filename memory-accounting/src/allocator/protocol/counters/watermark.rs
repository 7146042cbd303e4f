//! How much is alive, and how much was at most, as far as threads have reported it.
//!
//! A thread does not report every allocation. It reports a group once it has allocated, or freed, a *batch* of bytes in it since it last
//! did, and the process likewise. So one number that all threads share costs next to nothing, and is off by at most a batch for each
//! thread. A group that tracks its peak exactly has every change reported.

use super::recent_sizes::RecentSizes;
use crate::allocator::protocol::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering, constructor, fence};

/// Bytes alive and the most that ever were, as reported.
#[derive(Debug)]
pub(crate) struct Watermark {
    /// Below zero for a moment where a free is reported before the allocation it belongs to.
    live: AtomicI64,
    peak: AtomicU64,
}

/// The watermark of one group, whether every change has to be reported to it, and the largest of the blocks that were allocated when a report
/// was due.
///
/// # Becoming exact
///
/// A thread that makes a group exact races with owners of counters that are about to defer their next report. Without care, an owner
/// could defer past the change and the peak would miss a batch. Each side writes and then looks at what the other wrote, with a full fence
/// between (Dekker's pattern), so at least one of them sees the other:
///
/// ```text
/// the thread that makes it exact              an owner that reports
/// 1. exact := true                            a. thresholds := counted + batch   (defers)
/// 2. fence                                    b. fence
/// 3. thresholds := 0   (forces a report)      c. exact?  then thresholds := 0
/// ```
///
/// If c reads `false`, then b comes before 2 in the order of fences, so a comes before 3, and 3 is what remains. If c reads
/// `true`, the owner forces its own report.
///
/// On a cache line of its own, so that groups in use on different threads do not slow each other.
#[repr(align(64))]
#[derive(Debug)]
pub(crate) struct GroupWatermark {
    bytes: Watermark,
    exact: AtomicBool,
    sizes: RecentSizes,
}

#[cfg(not(loom))]
const _: () = assert!(size_of::<GroupWatermark>() == 64, "a report touches one cache line of its group");

impl Watermark {
    constructor! {
    fn new() -> Self {
        Self { live: AtomicI64::new(0), peak: AtomicU64::new(0) }
    }
    }

    /// Takes a report: `change` more bytes are alive than at the report before, or fewer where it has wrapped below zero. Returns how many
    /// are alive with it.
    pub(crate) fn report(&self, change: u64) -> u64 {
        let change = 0_i64.wrapping_add_unsigned(change);
        let live = self.live.fetch_add(change, Ordering::SeqCst).wrapping_add(change);
        let live = live.max(0).unsigned_abs();
        // A peak is rare; looking first keeps threads from taking the line from each other for nothing.
        if live > self.peak.load(Ordering::SeqCst) {
            self.peak.fetch_max(live, Ordering::AcqRel);
        }
        live
    }

    /// Bytes alive, as reported.
    pub(crate) fn live_bytes(&self) -> u64 {
        self.live.load(Ordering::Relaxed).max(0).unsigned_abs()
    }

    /// The most that was ever alive, as reported.
    pub(crate) fn peak_bytes(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Begins a new peak, at what is alive now.
    ///
    /// A report adds to `live` (r1), looks at `peak` (r2), and raises it where it is lower (r3); this clears `peak` (1), reads `live` (2), and
    /// raises `peak` to that. All but r3 are in one order that every thread agrees on (`SeqCst`), so one of two is true:
    ///
    /// ```text
    /// r1 before 2:  this reads a `live` that has the report's bytes
    /// 2 before r1:  1 comes before r2, so the report sees a `peak` that was cleared, and raises it itself
    /// ```
    pub(crate) fn reset_peak(&self) {
        self.peak.swap(0, Ordering::SeqCst);
        let live = self.live.load(Ordering::SeqCst).max(0).unsigned_abs();
        self.peak.fetch_max(live, Ordering::AcqRel);
    }
}

impl GroupWatermark {
    constructor! {
    fn new() -> Self {
        Self { bytes: Watermark::new(), exact: AtomicBool::new(false), sizes: RecentSizes::new() }
    }
    }

    /// Alive and at most alive.
    pub(crate) fn bytes(&self) -> &Watermark {
        &self.bytes
    }

    /// The largest blocks lately, of those whose allocation was reported at once.
    pub(crate) fn sizes(&self) -> &RecentSizes {
        &self.sizes
    }

    /// Whether every change has to be reported. To be asked after the next report has been deferred: steps b and c.
    pub(crate) fn is_exact(&self) -> bool {
        fence(Ordering::SeqCst);
        self.exact.load(Ordering::Relaxed)
    }

    /// Makes it the watermark of a new group, of which nothing is alive: all of the old one was reported gone.
    pub(crate) fn renew(&self) {
        self.exact.store(false, Ordering::Relaxed);
        self.bytes.reset_peak();
        self.sizes.clear();
    }

    /// From now on every change has to be reported: steps 1 and 2. The caller goes on with 3, by
    /// [forcing a report](super::GroupCounters::force_report) of every thread's counters.
    pub(crate) fn track_exactly(&self) {
        self.exact.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_the_most_that_was_reported_alive() {
        let bytes = Watermark::new();
        bytes.report(100);
        bytes.report(50);
        bytes.report(0_u64.wrapping_sub(120));
        assert_eq!((bytes.live_bytes(), bytes.peak_bytes()), (30, 150));
        bytes.reset_peak();
        assert_eq!((bytes.live_bytes(), bytes.peak_bytes()), (30, 30));
        bytes.report(10);
        assert_eq!((bytes.live_bytes(), bytes.peak_bytes()), (40, 40));
    }

    #[test]
    fn a_free_reported_before_its_allocation_shows_nothing_alive() {
        let bytes = Watermark::new();
        bytes.report(0_u64.wrapping_sub(70));
        assert_eq!((bytes.live_bytes(), bytes.peak_bytes()), (0, 0));
        bytes.report(100);
        assert_eq!((bytes.live_bytes(), bytes.peak_bytes()), (30, 30));
    }
}
