//! Bytes that are promised, and given back.

use super::Admission;
use crate::limiter::counters::LimiterCounts;
use crate::limiter::promises::Attempt;
use crate::lock::lock;

impl Admission {
    /// Promises `bytes` more if there is room for them and nobody waits for it.
    #[inline]
    pub(in crate::limiter) fn try_reserve_at_once(&self, bytes: u64) -> bool {
        let attempt = self.promises.try_reserve(bytes, || self.live_bytes());
        if attempt == Attempt::TakenBack {
            self.made_room();
        }
        attempt == Attempt::Promised
    }

    /// What was promised has been allocated: it is live now, and has counted twice until here.
    pub(in crate::limiter) fn filled(&self, bytes: u64) {
        self.give_back(bytes, false);
    }

    /// What had been allocated was freed, and is promised again.
    pub(in crate::limiter) fn emptied(&self, bytes: u64) {
        self.promises.promise(bytes);
    }

    /// What was promised is not needed any more, and whoever had it overdraws no longer. Both before anybody looks: who waits to grow is to
    /// find the room, and not to overdraw.
    #[inline]
    pub(in crate::limiter) fn give_back(&self, bytes: u64, overdrawn: bool) {
        if self.take_back(bytes, overdrawn) {
            self.made_room();
        }
    }

    /// A reservation ends of which `bytes` are left. They are back before it is gone, because who waits may overdraw
    /// where there is no reservation.
    #[inline]
    pub(in crate::limiter) fn end_reservation(&self, bytes: u64, overdrawn: bool) {
        self.take_back(bytes, overdrawn);
        self.promises.end();
        self.made_room();
    }

    /// Says whether that changes anything.
    #[inline]
    fn take_back(&self, bytes: u64, overdrawn: bool) -> bool {
        if bytes > 0 {
            self.promises.give_back(bytes);
        }
        if overdrawn {
            lock(&self.state).overdrawn = None;
        }
        bytes > 0 || overdrawn
    }

    /// How many reservations there are.
    pub(super) fn holders(&self) -> u64 {
        self.promises.holders()
    }

    /// What became of callers so far.
    pub(in crate::limiter) fn counts(&self) -> LimiterCounts {
        self.counters.read(self.promises.made())
    }

    /// A reservation becomes two.
    pub(in crate::limiter) fn split_reservation(&self) {
        self.promises.begin();
    }

    /// Lets those through for whom there is room now.
    #[inline]
    fn made_room(&self) {
        if self.promises.waiting() > 0 {
            self.look(self.now());
        }
    }
}
