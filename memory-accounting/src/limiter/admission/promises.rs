//! Bytes that are promised, and given back.

use std::sync::Arc;

use super::Admission;
use crate::limiter::component::Component;
use crate::limiter::counters::LimiterCounts;
use crate::limiter::promises::Attempt;
use crate::limiter::queue::Request;

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

    /// Promises `bytes` again that a holder has freed, before all who hold nothing, if there still is room for them, or nobody is held back. Who is not
    /// given them has lost what it no longer uses; that is no refusal, and it would not have waited for them.
    pub(in crate::limiter) fn promise_again(&self, bytes: u64, component: Option<&Arc<Component>>) -> bool {
        let (now, request) = (self.now(), Request::Growth(bytes));
        self.looked(now, |state| {
            if self.grants(state, request, component, now) {
                return true;
            }
            if !state.enforces() {
                self.grant_anyway(request, component);
            }
            !state.enforces()
        })
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
