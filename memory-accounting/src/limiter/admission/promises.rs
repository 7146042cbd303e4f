//! Bytes that are promised, and given back.

use std::sync::atomic::Ordering;

use super::Admission;
use crate::lock::lock;

impl Admission {
    /// Promises `bytes` more if there is room for them and nobody waits for it.
    #[inline]
    pub(in crate::limiter) fn try_reserve_at_once(&self, bytes: u64) -> bool {
        let granted = self.try_promise(bytes, self.reservable.load(Ordering::Relaxed), || self.live_bytes());
        if granted {
            self.counters.reserved.increment();
        }
        granted
    }

    /// Promises `bytes` more if no more than `most` are tracked then, where `live` tells how many are live.
    #[inline]
    pub(super) fn try_promise(&self, bytes: u64, most: u64, live: impl Fn() -> u64) -> bool {
        let mut unfilled = self.unfilled.load(Ordering::SeqCst);
        loop {
            // Not saturating: giving back undoes it to the byte.
            let Some(next) = unfilled.checked_add(bytes) else { return false };
            if live().saturating_add(next) > most {
                return false;
            }
            match self.unfilled.compare_exchange_weak(unfilled, next, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return true,
                Err(now) => unfilled = now,
            }
        }
    }

    pub(super) fn promise(&self, bytes: u64) {
        self.unfilled.fetch_add(bytes, Ordering::SeqCst);
    }

    /// What was promised has been allocated: it is live now. Until then it was both, so there is room that whoever waits did not see.
    pub(in crate::limiter) fn filled(&self, bytes: u64) {
        self.unfilled.fetch_sub(bytes, Ordering::SeqCst);
        if bytes > 0 {
            self.made_room();
        }
    }

    /// What had been allocated was freed, and is promised again.
    pub(in crate::limiter) fn emptied(&self, bytes: u64) {
        self.promise(bytes);
    }

    /// What was promised is not needed any more, and whoever had it overdraws no longer. Both before anybody looks: who waits to grow is to
    /// find the room, and not to overdraw.
    #[inline]
    pub(in crate::limiter) fn give_back(&self, bytes: u64, overdrawn: bool) {
        self.take_back(bytes, overdrawn);
        self.made_room();
    }

    /// A reservation ends of which `bytes` are left. They are back before it is gone, because who waits may overdraw
    /// where there is no reservation.
    #[inline]
    pub(in crate::limiter) fn end_reservation(&self, bytes: u64, overdrawn: bool) {
        self.take_back(bytes, overdrawn);
        self.ended.fetch_add(1, Ordering::SeqCst);
        self.made_room();
    }

    #[inline]
    fn take_back(&self, bytes: u64, overdrawn: bool) {
        self.unfilled.fetch_sub(bytes, Ordering::SeqCst);
        if overdrawn {
            lock(&self.state).overdrawn = None;
        }
    }

    /// How many reservations there are. Those that ended are read first: all of them are among those that were made.
    pub(super) fn holders(&self) -> u64 {
        let ended = self.ended.load(Ordering::SeqCst);
        self.counters.reserved.get().saturating_sub(ended)
    }

    /// A reservation becomes two.
    pub(in crate::limiter) fn split_reservation(&self) {
        self.counters.reserved.increment();
    }

    /// Lets those through for whom there is room now.
    #[inline]
    fn made_room(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.look(self.now());
        }
    }
}
