//! When to give free memory back to the system: a pure function of what is in use and the time.

use std::time::{Duration, Instant};

use super::ledger::Ledger;
use super::limits::{Limits, part};

/// So much of the limit has to be resident and not live: less is not worth a walk through the heap.
const FREE_PERCENT: u8 = 5;

/// So much of the limit has to be given back for another purge to be worth as much.
const WORTH_PERCENT: u8 = 1;

/// Between two purges, where the first was worth it.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Where one after the other gives nothing back.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// Remembers what the last purge gave back.
#[derive(Debug)]
pub(super) struct Purging {
    last: Option<Instant>,
    pause: Duration,
    /// The least that was resident and not live since.
    least: u64,
}

impl Default for Purging {
    fn default() -> Self {
        Self { last: None, pause: SHORTEST_PAUSE, least: u64::MAX }
    }
}

impl Purging {
    /// Whether much is resident that is not live, near the limit, and the last try is long enough ago.
    ///
    /// How much of that is retained is only known by a purge: what the ledger calls overhead may have been freed before the first reading,
    /// or in a burst between two. Once there is much more of it than the last purge has left, it does not count that that gave nothing back.
    pub(super) fn is_due(&mut self, ledger: &Ledger, limits: &Limits, now: Instant) -> bool {
        let free = free(ledger);
        self.least = self.least.min(free);
        let worth_it = part(limits.full_bytes, FREE_PERCENT);
        let pause = if free.saturating_sub(self.least) >= worth_it { SHORTEST_PAUSE } else { self.pause };
        ledger.resident_bytes.unwrap_or(0) >= limits.held.soft_ends
            && free >= worth_it
            && self.last.is_none_or(|last| now.saturating_duration_since(last) >= pause)
    }

    /// Notes that a purge gave `bytes` back, and left `ledger`.
    pub(super) fn purged(&mut self, bytes: u64, ledger: &Ledger, limits: &Limits, now: Instant) {
        self.pause = if bytes >= part(limits.full_bytes, WORTH_PERCENT) {
            SHORTEST_PAUSE
        } else {
            self.pause.saturating_mul(2).min(LONGEST_PAUSE)
        };
        (self.last, self.least) = (Some(now), free(ledger));
    }
}

/// What is resident and not live.
fn free(ledger: &Ledger) -> u64 {
    ledger.resident_bytes.unwrap_or(0).saturating_sub(ledger.live_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::MemoryGrant;
    use crate::limiter::settings::LimiterSettings;

    fn limits() -> Limits {
        Limits::of(MemoryGrant::effective(1000).expect("a grant"), 0, &LimiterSettings::default())
    }

    fn ledger(live_bytes: u64, resident: u64) -> Ledger {
        Ledger { live_bytes, resident_bytes: Some(resident), ..Ledger::default() }
    }

    /// In how many seconds after a purge at `start` the next is due.
    fn pause(purging: &mut Purging, ledger: &Ledger, start: Instant) -> Option<u64> {
        (0..100).find(|seconds| purging.is_due(ledger, &limits(), start + Duration::from_secs(*seconds)))
    }

    #[test]
    fn it_is_due_when_much_is_free_near_the_limit() {
        let due =
            |live, resident| Purging::default().is_due(&ledger(live, resident), &limits(), Instant::now());
        assert!(!due(1, 849), "far from the limit");
        assert!(!due(851, 900), "little is free");
        assert!(due(850, 900));
    }

    #[test]
    fn it_is_rarer_when_it_gives_nothing_back() {
        let (mut purging, start) = (Purging::default(), Instant::now());
        let pauses = [500, 9, 9, 10].map(|bytes| {
            purging.purged(bytes, &ledger(100, 900), &limits(), start);
            pause(&mut purging, &ledger(100, 900), start)
        });
        assert_eq!(pauses, [Some(1), Some(2), Some(4), Some(1)]);
    }

    #[test]
    fn it_is_not_rarer_once_much_more_is_free() {
        let (mut purging, start) = (Purging::default(), Instant::now());
        for _ in 0..3 {
            purging.purged(0, &ledger(800, 900), &limits(), start);
        }
        assert_eq!(pause(&mut purging, &ledger(800, 900), start), Some(8));
        assert_eq!(pause(&mut purging, &ledger(751, 900), start), Some(8), "little more");
        assert_eq!(pause(&mut purging, &ledger(750, 900), start), Some(1));
    }
}
