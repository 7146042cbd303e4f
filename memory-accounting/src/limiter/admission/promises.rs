//! Bytes that are promised, and given back.

use super::Admission;
use crate::limiter::counters::LimiterCounts;
use crate::limiter::promises::Attempt;

impl Admission {
    /// Promises `bytes` more if there is room for them and nobody waits for it.
    #[inline]
    pub(in crate::limiter) fn try_reserve_at_once(&self, bytes: u64) -> bool {
        if !self.promises.is_of_this_process() {
            return false;
        }
        let attempt = self.promises.try_reserve(bytes, || self.live_bytes());
        if attempt == Attempt::TakenBack {
            self.promises.made_room();
        }
        attempt == Attempt::Promised
    }

    /// Whoever had more than there was room for has given it back.
    #[cold]
    pub(in crate::limiter) fn overdraws_no_longer(&self) {
        self.locked().overdrawn = None;
    }

    /// How many reservations there are.
    pub(super) fn holders(&self) -> u64 {
        self.promises.holders()
    }

    /// What became of callers so far.
    pub(in crate::limiter) fn counts(&self) -> LimiterCounts {
        self.counters.read(self.promises.reservations_made())
    }
}
