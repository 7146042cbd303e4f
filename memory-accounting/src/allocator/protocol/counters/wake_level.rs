//! Finding out that less is alive, without looking again and again.

use super::watermark::Watermark;
use crate::allocator::protocol::atomic::{AtomicU64, Ordering, constructor};

/// How many bytes have to be alive at least for a thread to wait on: the report that finds fewer alive wakes it.
///
/// One thread arms it, looks at what is alive, and waits if that is too much; all others report. No wake-up is lost:
///
/// ```text
/// the thread that waits                            a thread that reports
/// 1. level := bytes                                a. live := live + change
/// 2. reads live, by adding nothing to it           b. reads level
/// 3. waits, where live is at the level or above    c. where live is below, level := 0, and wakes, if it is the one that changed it
/// ```
///
/// 2 and a both read and write `live`, so one of them comes first. If a does, 2 reads what a has left. If 2 does, a reads what 2 has left
/// (`Acquire`, which pairs with the `Release` of 2), and so b finds the level of 1. So either 3 does not wait, or c wakes.
///
/// A report that was late may take back a level that was set after b. It wakes as well, so whoever is woken arms again.
#[derive(Debug)]
pub(crate) struct WakeLevel {
    /// 0 while nobody waits: nothing is below.
    level: AtomicU64,
}

impl WakeLevel {
    constructor! {
    fn new() -> Self {
        Self { level: AtomicU64::new(0) }
    }
    }

    /// Has the next report that finds fewer than `bytes` alive wake: steps 1 and 2. Returns what is alive; where that is less already,
    /// there may be no such report.
    #[must_use = "less may be alive already"]
    pub(crate) fn arm(&self, bytes: u64, live: &Watermark) -> u64 {
        self.level.store(bytes, Ordering::Relaxed);
        live.report(0)
    }

    /// Has no report wake any more.
    pub(crate) fn disarm(&self) {
        self.level.store(0, Ordering::Relaxed);
    }

    /// Whether no report has woken since it was armed.
    pub(crate) fn is_armed(&self) -> bool {
        self.level.load(Ordering::Relaxed) != 0
    }

    /// Whether the caller, whose report has found `live` bytes alive, is to wake: steps b and c.
    #[inline]
    pub(crate) fn is_to_wake(&self, live: u64) -> bool {
        live < self.level.load(Ordering::Relaxed) && self.level.swap(0, Ordering::Relaxed) != 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_first_report_that_finds_less_alive_wakes() {
        let (live, level) = (Watermark::new(), WakeLevel::new());
        let report = |change: i64| level.is_to_wake(live.report(0_u64.wrapping_add_signed(change)));
        assert!(!report(100));
        assert_eq!(level.arm(50, &live), 100);
        assert!(level.is_armed());
        assert_eq!([report(-50), report(-1), report(-1)], [false, true, false]);
        assert!(!level.is_armed());
    }

    #[test]
    fn nobody_is_woken_who_waits_no_longer() {
        let (live, level) = (Watermark::new(), WakeLevel::new());
        assert_eq!(level.arm(50, &live), 0, "less is alive already");
        level.disarm();
        assert!(!level.is_to_wake(live.report(0)));
    }
}
