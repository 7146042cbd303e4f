//! What the limiter's thread does so that growth can be explained later: it looks who holds what when the process comes to a new peak, and
//! lets the allocator forget which blocks were large a while ago.

use std::time::{Duration, Instant};

use crate::allocator::{AllocationGroupRegistry, limits};

/// Blocks count as recent for as long as this, and up to twice as long.
const WINDOW: Duration = Duration::from_secs(30);

/// Looking takes at most one part in so many of one processor's time.
const PART: u32 = 100;

/// Being woken takes time as well, on both sides.
const CLOSEST: Duration = Duration::from_millis(2);

/// A peak that is less above the last one is not looked at, as one that is not a hundredth above it: it would show the same.
const LEAST_RISE: u64 = 128 << 10;

/// What was looked at, and when to look again.
#[derive(Debug)]
pub(super) struct Growth {
    window_ends: Instant,
    /// When to look next at the soonest.
    look_from: Instant,
    /// What was alive when it was last looked, as threads had reported it: they may hold back what they have freed since.
    reported: u64,
    is_waiting: bool,
}

impl Growth {
    pub(super) fn new(now: Instant) -> Self {
        Self { window_ends: after(now, WINDOW), look_from: now, reported: 0, is_waiting: false }
    }

    /// Does what is due, and says when to come again: then, or when it [is woken](Self::is_woken).
    pub(super) fn attend(&mut self, now: Instant) -> Instant {
        if now >= self.window_ends {
            limits::begin_window();
            self.window_ends = after(now, WINDOW);
        }
        if AllocationGroupRegistry::allocator_installed() {
            self.is_waiting = self.waits_for_peak(now);
            if !self.is_waiting {
                return self.window_ends.min(self.look_from);
            }
        }
        self.window_ends
    }

    /// Whether there is a new peak.
    pub(super) fn is_woken(&self) -> bool {
        self.is_waiting && !limits::is_armed_for_peak()
    }

    /// Whether the allocator wakes this thread at the next peak. Else it is too early to look; where it is not, and there is one, this looks.
    fn waits_for_peak(&mut self, now: Instant) -> bool {
        if limits::is_armed_for_peak() {
            return true;
        }
        if now < self.look_from {
            return false;
        }
        let looked_at = limits::peak_bytes_recorded();
        let level = next_level(looked_at, self.reported);
        let live = limits::wake_at_peak(level);
        // It was forgotten after the level is set: that wakes. Or before: that is seen here.
        if live < level && limits::peak_bytes_recorded() == looked_at {
            return true;
        }
        let begun = Instant::now();
        limits::record_peak();
        let ended = Instant::now();
        // What was over before it was looked is worth another look when it comes again, and what came after is another peak.
        self.reported = live.min(AllocationGroupRegistry::approximate_live_bytes() as u64);
        self.look_from = after(ended, pause_after(ended.saturating_duration_since(begun)));
        false
    }
}

/// How much has to be alive for a look, where `looked_at` was at the highest moment so far and `reported` at the last one.
fn next_level(looked_at: u64, reported: u64) -> u64 {
    if looked_at == 0 {
        return 0;
    }
    let highest = looked_at.max(reported);
    highest.saturating_add(LEAST_RISE.max(highest / 100))
}

/// How long not to look after having looked for `took`.
fn pause_after(took: Duration) -> Duration {
    took.saturating_mul(PART).max(CLOSEST)
}

fn after(time: Instant, wait: Duration) -> Instant {
    time.checked_add(wait).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_window_begins_every_half_minute() {
        let start = Instant::now();
        let [before, first, second] = [29, 30, 60].map(|seconds| after(start, Duration::from_secs(seconds)));
        let mut growth = Growth::new(start);
        assert_eq!((growth.attend(before), growth.attend(first)), (first, second));
        assert!(!growth.is_woken(), "no allocator is installed here, so there are no peaks");
    }

    #[test]
    fn a_peak_is_new_a_hundredth_above_the_last() {
        assert_eq!(next_level(0, 0), 0, "the first look is due at once");
        assert_eq!(next_level(2 * MIB, 0), 2 * MIB + MIB / 8);
        assert_eq!(next_level(500 * MIB, 0), 505 * MIB);
        assert_eq!(next_level(u64::MAX, 0), u64::MAX);
    }

    #[test]
    fn what_threads_have_not_reported_freed_is_no_peak() {
        assert_eq!(next_level(90 * MIB, 100 * MIB), 101 * MIB);
    }

    #[test]
    fn looking_takes_a_hundredth_of_the_time() {
        assert_eq!(pause_after(Duration::from_millis(3)), Duration::from_millis(300));
        assert_eq!(pause_after(Duration::from_micros(1)), Duration::from_millis(2));
        assert_eq!(pause_after(Duration::MAX), Duration::MAX);
    }
}
