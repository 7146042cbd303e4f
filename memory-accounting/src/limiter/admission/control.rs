//! What a limiter is told: a reading, another grant, another mode, that it ends, and that it was forked.

use std::sync::atomic::Ordering;
use std::task::Waker;
use std::time::Instant;

use super::state::{Resident, State};
use super::{Admission, LiveBytes};
use crate::grant::MemoryGrant;
use crate::limiter::overhead::Overhead;
use crate::limiter::settings::LimiterMode;
use crate::limiter::source::Reading;

impl Admission {
    /// Takes in a reading: of live bytes where the allocator does not tell.
    pub(in crate::limiter) fn sampled(&self, reading: Reading, now: Instant) {
        let Reading { live, resident, limit, signals, .. } = reading;
        if let (LiveBytes::Sampled(bytes), Some(live)) = (&self.live, live) {
            bytes.store(live, Ordering::Relaxed);
        }
        let live_bytes = self.live_bytes();
        let mut state = self.locked();
        if live.is_some() {
            state.live_at = Some(now);
        }
        state.signals = signals.unwrap_or(state.signals);
        state.keep_within(limit);
        if let Some(bytes) = resident {
            let full = state.limits.full_bytes;
            let overhead = match state.resident {
                Some(last) => last.overhead.next(live_bytes, bytes, full),
                None => Overhead::new(live_bytes, bytes),
            };
            state.resident = Some(Resident { bytes, at: now, overhead });
        }
        drop(state);
        self.look(now);
    }

    pub(in crate::limiter) fn set_grant(&self, grant: MemoryGrant, source: Option<String>, now: Instant) {
        self.locked().set_grant(grant, source);
        self.look(now);
    }

    pub(in crate::limiter) fn set_verified_firm_limit(&self, bytes: u64, now: Instant) {
        self.locked().set_verified_firm_limit(bytes);
        self.look(now);
    }

    pub(in crate::limiter) fn set_mode(&self, mode: LimiterMode, now: Instant) {
        let mut state = self.locked();
        state.settings.mode = mode;
        let mut woken = self.look_at(&mut state, now);
        if mode != LimiterMode::Enforce {
            woken.extend(self.let_all_through(&mut state, now));
        }
        self.end_look(state, woken, now);
    }

    /// Lets everybody through from now on.
    pub(in crate::limiter) fn close(&self) {
        let now = self.now();
        let mut state = self.locked();
        state.closed = true;
        let woken = self.let_all_through(&mut state, now);
        self.end_look(state, woken, now);
    }

    pub(in crate::limiter) fn is_closed(&self) -> bool {
        self.locked().closed
    }

    fn let_all_through(&self, state: &mut State, now: Instant) -> Vec<Waker> {
        let mut woken = Vec::new();
        while let Some((ticket, request, component)) = state.queue.oldest() {
            self.grant_anyway(request, component.as_ref());
            woken.extend(self.let_go(state, ticket, now));
        }
        self.publish(state, now);
        woken
    }
}
