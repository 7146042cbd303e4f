//! When to give free memory back to the system: a pure function of what is in use and the time.

use std::time::{Duration, Instant};

use super::ledger::Ledger;
use super::limits::{Limits, part};

/// So much of the limit has to be retained: less is not worth a walk through the heap.
const RETAINED_PERCENT: u8 = 5;

/// So much of the limit has to be given back for another purge to be worth as much.
const WORTH_PERCENT: u8 = 1;

/// Between two purges, where the first was worth it.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// Where one after the other gives nothing back.
const LONGEST_PAUSE: Duration = Duration::from_secs(64);

/// Remembers what the last purge gave back.
#[derive(Debug)]
pub(super) struct Purging {
    not_before: Option<Instant>,
    pause: Duration,
}

impl Default for Purging {
    fn default() -> Self {
        Self { not_before: None, pause: SHORTEST_PAUSE }
    }
}

impl Purging {
    /// Whether much is resident that nobody holds, near the limit, and the last try is long enough ago. Without a tracking allocator nobody
    /// knows what is retained.
    pub(super) fn is_due(&self, ledger: &Ledger, limits: &Limits, now: Instant) -> bool {
        let resident = ledger.resident_bytes.unwrap_or(0);
        resident >= limits.held.soft_ends
            && (ledger.retained_bytes >= part(limits.full_bytes, RETAINED_PERCENT) || ledger.live_bytes == 0)
            && self.not_before.is_none_or(|not_before| now >= not_before)
    }

    /// Notes that a purge gave `bytes` back.
    pub(super) fn purged(&mut self, bytes: u64, limits: &Limits, now: Instant) {
        self.pause = if bytes >= part(limits.full_bytes, WORTH_PERCENT) {
            SHORTEST_PAUSE
        } else {
            self.pause.saturating_mul(2).min(LONGEST_PAUSE)
        };
        self.not_before = now.checked_add(self.pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::MemoryGrant;
    use crate::limiter::settings::LimiterSettings;

    #[test]
    fn it_is_due_when_much_is_retained_near_the_limit_and_rarer_when_it_gives_nothing_back() {
        let grant = MemoryGrant::effective(1000).expect("a grant");
        let limits = Limits::of(grant, 0, &LimiterSettings::default());
        let ledger = |retained_bytes, resident| Ledger {
            live_bytes: 1,
            retained_bytes,
            resident_bytes: Some(resident),
            ..Ledger::default()
        };
        let (mut purging, start) = (Purging::default(), Instant::now());
        assert!(!purging.is_due(&ledger(800, 849), &limits, start), "far from the limit");
        assert!(!purging.is_due(&ledger(49, 900), &limits, start), "little retained");
        assert!(purging.is_due(&ledger(50, 850), &limits, start));
        let mut pauses = Vec::new();
        for bytes in [500, 9, 9, 10] {
            purging.purged(bytes, &limits, start);
            let due = (0..100).find(|seconds| {
                purging.is_due(&ledger(800, 900), &limits, start + Duration::from_secs(*seconds))
            });
            pauses.push(due.expect("some time"));
        }
        assert_eq!(pauses, [1, 2, 4, 1]);
    }
}
