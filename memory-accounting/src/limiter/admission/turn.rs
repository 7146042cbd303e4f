//! A turn under the lock: whoever comes looks, does what it came for, wakes whom that let through, and calls the service where that waits for
//! too little.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::time::Instant;

use super::Admission;
use super::attention::Attention;
use super::state::{ExactLive, State};
use crate::allocator::AllocationGroupRegistry;
use crate::lock::Guard;

impl Admission {
    /// Looks at what is in use, and lets those through for whom there is room.
    pub(in crate::limiter) fn look(&self, now: Instant) {
        self.looked(now, |_| ());
    }

    /// Looks at what is live to the byte: what threads have freed and not reported yet would otherwise keep others waiting. That walks through
    /// the counts of all threads.
    pub(in crate::limiter) fn look_exactly(&self, now: Instant) {
        let mut state = self.knowing_exactly();
        let woken = self.look_at(&mut state, now);
        state.exact_live = None;
        self.end_look(state, woken, now);
    }

    /// Looks, and then does `then` under the same lock.
    pub(super) fn looked<R>(&self, now: Instant, then: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.locked();
        let woken = self.look_at(&mut state, now);
        let result = then(&mut state);
        self.end_look(state, woken, now);
        result
    }

    fn knowing_exactly(&self) -> Guard<'_, State> {
        let before = self.live_bytes();
        let bytes = AllocationGroupRegistry::total().live_bytes() as u64;
        let reported = before.min(self.live_bytes());
        let mut state = self.locked();
        state.exact_live = (!self.is_sampled()).then_some(ExactLive { bytes, reported });
        state
    }

    /// Ends a look of somebody who is not the service. Who is first now may have to be looked at sooner than who was before.
    pub(super) fn end_look(&self, mut state: Guard<'_, State>, woken: Vec<Waker>, now: Instant) {
        let is_late = !state.queue.is_empty() && {
            let ledger = self.ledger(&state, now);
            let needed = state.attention(&ledger, self.holders(), now);
            let is_late = needed.is_sooner_than(state.attended);
            if is_late {
                state.attended = needed;
            }
            is_late
        };
        drop(state);
        wake(woken);
        if is_late {
            (self.call_service)();
        }
    }

    /// A look of the service; returns when it has to look again for those who wait.
    pub(in crate::limiter) fn attend(&self, now: Instant) -> Attention {
        self.attended(self.locked(), now)
    }

    /// The same, at what is live to the byte.
    pub(in crate::limiter) fn attend_exactly(&self, now: Instant) -> Attention {
        self.attended(self.knowing_exactly(), now)
    }

    fn attended(&self, mut state: Guard<'_, State>, now: Instant) -> Attention {
        let woken = self.look_at(&mut state, now);
        state.exact_live = None;
        let ledger = self.ledger(&state, now);
        let attention = state.attention(&ledger, self.holders(), now);
        state.attended = attention;
        drop(state);
        wake(woken);
        attention
    }
}

/// Wakes everybody, whatever the waker of one of them does: they have been let through.
fn wake(woken: Vec<Waker>) {
    for waker in woken {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}
