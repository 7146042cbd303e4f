//! What a caller asks, and what becomes of it: it goes on at once, waits, or is refused.

use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use super::Admission;
use super::state::State;
use crate::allocator::AllocationGroupToken;
use crate::limiter::component::Component;
use crate::limiter::error::MemoryScarce;
use crate::limiter::level::Level;
use crate::limiter::promises::Attempt;
use crate::limiter::queue::{Request, Standing, Ticket};
use crate::limiter::settings::LimiterMode;

/// What became of a request.
#[derive(Debug)]
pub(in crate::limiter) enum Outcome {
    /// It is granted.
    Granted,
    /// It waits.
    Waits(Ticket),
    /// It is for more than there may ever be.
    Refused,
}

impl Admission {
    /// Whether a caller that asks at once may go on; `component` is held to a bound of its own.
    pub(in crate::limiter) fn check(
        &self,
        component: Option<&Component>,
        now: Instant,
    ) -> Result<(), MemoryScarce> {
        let (mode, scarce) = self.looked(now, |state| {
            let is_held = state.excess(component, Request::Capacity, now, now) > 0;
            let idle = state.is_idle(now) && !is_held;
            let goes = match state.levels.level() {
                // Who waits for bytes then is no reason why this one may not go on.
                Level::Normal => {
                    idle || (!is_held && state.queue.behind_bytes().is_none() && state.pacing.try_take())
                }
                Level::Soft => idle && state.pacing.try_take(),
                Level::Hard => false,
            };
            (state.settings.mode, (!goes).then(|| self.scarce(state, now)))
        });
        let Some(scarce) = scarce.filter(|_| mode != LimiterMode::Off) else { return Ok(()) };
        if mode == LimiterMode::Observe {
            self.counters.would_have_waited.increment();
            return Ok(());
        }
        self.counters.refused_exhausted.increment();
        Err(scarce.with_over(component))
    }

    /// Grants `request` at once or notes that `waker` waits for it.
    pub(in crate::limiter) fn request(
        &self,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
        waker: &Waker,
    ) -> Outcome {
        // Before the lock: it is the caller's code.
        let waker = waker.clone();
        let mut state = self.locked();
        let mut woken = self.look_at(&mut state, now);
        if self.try_grant(&mut state, request, component, now) {
            self.end_look(state, woken, now);
            return Outcome::Granted;
        }
        if state.never_fits(request, component.map(Arc::as_ref)) {
            self.counters.refused_above_limit.increment();
            self.end_look(state, woken, now);
            return Outcome::Refused;
        }
        let ticket = AllocationGroupToken::root().scope(|| state.queue.join(request, component, now, waker));
        self.counters.waited.increment();
        self.publish(&mut state, now);
        // Room that was given back before `waiting` was seen.
        woken.extend(self.look_at(&mut state, now));
        self.end_look(state, woken, now);
        Outcome::Waits(ticket)
    }

    /// Grants `request` if it need not wait.
    pub(in crate::limiter) fn request_at_once(
        &self,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
    ) -> bool {
        let granted = self.looked(now, |state| self.try_grant(state, request, component, now));
        if !granted {
            self.counters.refused_exhausted.increment();
        }
        granted
    }

    /// Grants `request` whatever there is.
    pub(in crate::limiter) fn grant_anyway(&self, request: Request, component: Option<&Arc<Component>>) {
        if !self.promises.is_of_this_process() {
            drop(self.locked());
        }
        self.note_granted(request, component.map(Arc::as_ref));
        self.promises.promise(request.bytes());
    }

    /// Promises `bytes` more to one that is never held back.
    pub(in crate::limiter) fn grow_exempt(&self, bytes: u64, component: Option<&Arc<Component>>) {
        if self.promises.try_grow(bytes, || self.live_bytes()) == Attempt::Promised {
            component.inspect(|component| component.promise(bytes));
        } else {
            self.counters.exempted.increment();
            self.grant_anyway(Request::Growth(bytes), component);
        }
    }

    /// Whether `bytes` are refused whatever is in use, because they are more than there may ever be.
    pub(in crate::limiter) fn never_grants(&self, bytes: u64, component: Option<&Component>) -> bool {
        let state = self.locked();
        state.enforces() && state.never_fits(Request::Reservation(bytes), component)
    }

    /// Notes what else is true of a request that is granted.
    pub(super) fn note_granted(&self, request: Request, component: Option<&Component>) {
        if let Request::Reservation(_) = request {
            self.promises.begin();
        }
        component.inspect(|component| component.promise(request.bytes()));
    }

    /// Grants `request` where nobody waits and there is room, and where nobody is held back. Says whether it did.
    pub(super) fn try_grant(
        &self,
        state: &mut State,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
    ) -> bool {
        if self.grants(state, request, component, now) {
            return true;
        }
        if state.enforces() {
            return false;
        }
        if state.settings.mode == LimiterMode::Observe {
            self.counters.would_have_waited.increment();
        }
        self.grant_anyway(request, component);
        true
    }

    /// Grants `request` where nobody waits and there is room. Says whether it did.
    pub(super) fn grants(
        &self,
        state: &mut State,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
    ) -> bool {
        let is_held = state.excess(component.map(Arc::as_ref), request, now, now) > 0;
        let is_next = state.is_idle(now) && !component.is_some_and(|own| state.queue.has_lane(own));
        let may_pass = is_next || (matches!(request, Request::Growth(_)) && state.queue.growing() == 0);
        let overtakes = request == Request::Capacity && component.is_none() && state.overtakes(now);
        let fits = (may_pass || overtakes)
            && !is_held
            && match request {
                Request::Capacity => {
                    state.levels.level() == Level::Normal && (may_pass || state.pacing.try_take())
                }
                Request::Reservation(bytes) | Request::Growth(bytes) => self.fits(state, bytes, now),
            };
        if fits {
            self.note_granted(request, component.map(Arc::as_ref));
        }
        fits
    }

    /// What has become of the request of `ticket`; if it still waits, `waker` is woken when that changes.
    pub(in crate::limiter) fn standing(&self, ticket: Ticket, waker: &Waker) -> Standing {
        let mut waker = waker.clone();
        // The waker from before is dropped after the lock.
        self.locked().queue.renew(ticket, &mut waker)
    }

    /// The one of `ticket` gives up. Says whether it had been let through by then.
    pub(in crate::limiter) fn leave(&self, ticket: Ticket) -> Standing {
        let mut waker = Waker::noop().clone();
        let now = self.now();
        let mut state = self.locked();
        let standing = state.queue.renew(ticket, &mut waker);
        let left = state.queue.remove(ticket);
        let mut woken = Vec::new();
        if left.is_some() {
            self.counters.gave_up.increment();
            // The one behind may have been waiting for the one that left.
            woken = self.look_at(&mut state, now);
        }
        self.end_look(state, woken, now);
        drop((left, waker));
        standing
    }
}
