//! Finding out that more is alive, without looking again and again.

use super::watermark::Watermark;
use crate::allocator::protocol::atomic::{AtomicU64, Ordering, constructor};

/// How many bytes have to be alive for the report that finds as many to wake a thread: the mirror of [`WakeLevel`](super::WakeLevel), where
/// it is shown that no wake-up is lost.
#[derive(Debug)]
pub(crate) struct PeakLevel {
    /// [`NOBODY`] while nobody waits.
    level: AtomicU64,
}

/// More than can be alive.
const NOBODY: u64 = u64::MAX;

impl PeakLevel {
    constructor! {
    fn new() -> Self {
        Self { level: AtomicU64::new(NOBODY) }
    }
    }

    /// Has the next report that finds `bytes` or more alive wake. Returns what is alive; where that is as much already, there may be no such
    /// report.
    #[must_use = "as much may be alive already"]
    pub(crate) fn arm(&self, bytes: u64, live: &Watermark) -> u64 {
        self.level.store(bytes, Ordering::Relaxed);
        live.report(0)
    }

    /// Has no report wake any more. Says whether one would have.
    pub(crate) fn disarm(&self) -> bool {
        self.level.swap(NOBODY, Ordering::Relaxed) != NOBODY
    }

    /// Whether no report has woken since it was armed.
    pub(crate) fn is_armed(&self) -> bool {
        self.level.load(Ordering::Relaxed) != NOBODY
    }

    /// Whether the caller, whose report has found `live` bytes alive, is to wake.
    #[inline]
    pub(crate) fn is_to_wake(&self, live: u64) -> bool {
        live >= self.level.load(Ordering::Relaxed) && self.disarm()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_first_report_that_finds_as_much_alive_wakes() {
        let (live, level) = (Watermark::new(), PeakLevel::new());
        let report = |bytes: u64| level.is_to_wake(live.report(bytes));
        assert!(!report(100));
        assert_eq!(level.arm(150, &live), 100);
        assert!(level.is_armed());
        assert_eq!([report(49), report(1), report(1)], [false, true, false]);
        assert!(!level.is_armed());
    }

    #[test]
    fn nobody_is_woken_who_waits_no_longer() {
        let (live, level) = (Watermark::new(), PeakLevel::new());
        assert_eq!(level.arm(50, &live), 0);
        assert_eq!((level.disarm(), level.disarm()), (true, false));
        assert!(!level.is_to_wake(live.report(60)));
    }
}
