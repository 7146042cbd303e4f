//! A look at what is in use: the level that follows, and who goes on.

use std::sync::atomic::Ordering;
use std::task::Waker;
use std::time::Instant;

use super::Admission;
use super::overdraft::Overdraft;
use super::state::State;
use crate::allocator::AllocationGroupToken;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::Level;
use crate::limiter::promises::Attempt;
use crate::limiter::queue::{First, Request, Ticket};
use crate::limiter::settings::LimiterMode;

impl Admission {
    /// Looks, and returns whom to wake. What it allocates belongs to no component, whoever happens to look.
    #[must_use = "they wait"]
    pub(super) fn look_at(&self, state: &mut State, now: Instant) -> Vec<Waker> {
        AllocationGroupToken::root().scope(|| self.let_through(state, now))
    }

    fn let_through(&self, state: &mut State, now: Instant) -> Vec<Waker> {
        let ledger = self.ledger(state, now);
        state.enter_level(&ledger);
        let room = state.limits.tracked.hard.saturating_sub(ledger.tracked_bytes());
        let room = room.min(state.limits.held.hard.saturating_sub(ledger.held_bytes()));
        if state.levels.level() != Level::Normal || !state.queue.is_empty() {
            state.pacing.look(now, ledger.tracked_bytes(), room);
        }
        let mut woken = self.refuse_what_never_fits(state);
        for next in [State::first, State::overtaking] {
            while let Some(first) = next(state, now).filter(|first| self.may_go(state, first, now)) {
                woken.extend(self.let_go(state, first.ticket, now));
            }
        }
        if state.is_idle(now) && state.levels.level() == Level::Normal {
            state.pacing.at_ease();
        }
        self.publish(state, now);
        woken
    }

    /// Who waits for more than new limits allow would wait for ever.
    fn refuse_what_never_fits(&self, state: &mut State) -> Vec<Waker> {
        if !std::mem::take(&mut state.limits_are_new) {
            return Vec::new();
        }
        let mut queue = std::mem::take(&mut state.queue);
        let refused = queue.refuse(|request, component| state.never_fits(request, component));
        state.queue = queue;
        self.counters.refused_waiting.add(refused.len() as u64);
        refused
    }

    /// The one of `ticket` waits no more, and has what it asked for. Returns its waker.
    pub(super) fn let_go(&self, state: &mut State, ticket: Ticket, now: Instant) -> Option<Waker> {
        let (waker, since) = state.queue.remove(ticket)?;
        self.counters.waited_for(now.saturating_duration_since(since));
        Some(waker)
    }

    /// Whether the first that waits may go; then it has what it asked for.
    fn may_go(&self, state: &mut State, first: &First, now: Instant) -> bool {
        let goes = match first.request {
            Request::Capacity => self.capacity_may_go(state, first, now),
            Request::Reservation(bytes) => self.reservation_may_go(state, first, bytes, now),
            Request::Growth(bytes) => self.growth_may_go(state, first, bytes, now),
        };
        if goes {
            self.note_granted(first.request, first.component.as_deref());
        }
        goes
    }

    fn capacity_may_go(&self, state: &mut State, first: &First, now: Instant) -> bool {
        let ledger = self.ledger(state, now);
        let level = state.levels.level();
        let goes = match level {
            Level::Hard => now >= state.progress_at(first.since),
            Level::Normal | Level::Soft if first.is_held => first.is_due && state.pacing.try_take(),
            Level::Normal => state.pacing.try_take(),
            Level::Soft => now >= state.slowed_until(&ledger, first.since) && state.pacing.try_take(),
        };
        if goes && level == Level::Hard {
            self.progress(state, &ledger, now);
        } else if goes && first.is_held {
            self.component_progress(state, first, now);
        }
        goes
    }

    fn reservation_may_go(&self, state: &mut State, first: &First, bytes: u64, now: Instant) -> bool {
        if first.is_held && !first.is_due {
            return false;
        }
        if self.fits(state, bytes, now) {
            if first.is_held {
                self.component_progress(state, first, now);
            }
            return true;
        }
        let progresses = self.holders() == 0 && now >= state.progress_at(first.since);
        if progresses {
            let ledger = self.ledger(state, now);
            self.overdraw(bytes);
            self.progress(state, &ledger, now);
        }
        progresses
    }

    fn growth_may_go(&self, state: &mut State, first: &First, bytes: u64, now: Instant) -> bool {
        if first.is_held {
            return false;
        }
        if self.fits(state, bytes, now) {
            return true;
        }
        let stuck = state.queue.growing() >= self.holders();
        let overdraws = state.overdrawn.is_none() && (stuck || now >= state.an_interval_after(first.since));
        if overdraws {
            state.overdrawn = Overdraft::new(first.ticket, bytes);
            self.overdraw(bytes);
        }
        overdraws
    }

    /// Promises `bytes` more where there is room for them.
    pub(super) fn fits(&self, state: &State, bytes: u64, now: Instant) -> bool {
        let live = || state.live_to_go_by(self.live_bytes(), now);
        self.promises.try_promise(bytes, state.reservable(self.ledger(state, now)), live) == Attempt::Promised
    }

    /// Promises `bytes` more although there is no room for them.
    fn overdraw(&self, bytes: u64) {
        self.promises.promise(bytes);
        self.counters.overdrawn.increment();
    }

    /// Lets one through whose component is over its bound.
    fn component_progress(&self, state: &mut State, first: &First, now: Instant) {
        state.queue.progressed(first.ticket, now);
        self.counters.progressed.increment();
    }

    /// Lets one through although memory is hard, or there is no room for it.
    fn progress(&self, state: &mut State, ledger: &Ledger, now: Instant) {
        state.pacing.progressed(now, ledger.tracked_bytes());
        self.counters.progressed.increment();
    }

    /// Tells the calls that take no lock.
    pub(super) fn publish(&self, state: &mut State, now: Instant) {
        let ledger = self.ledger(state, now);
        let idle = state.is_idle(now);
        let (open_below, reservable) = match state.settings.mode {
            LimiterMode::Off => (u64::MAX, u64::MAX),
            LimiterMode::Observe | LimiterMode::Enforce if state.closed => (u64::MAX, u64::MAX),
            LimiterMode::Observe | LimiterMode::Enforce => {
                let open = idle && state.levels.level() == Level::Normal;
                let soft = state.limits.held.soft.saturating_sub(ledger.overhead_bytes);
                let soft = state.limits.tracked.soft.min(soft);
                (if open { soft } else { 0 }, if idle { state.reservable(ledger) } else { 0 })
            }
        };
        self.open_below.store(open_below, Ordering::Relaxed);
        self.promises.publish(reservable, state.queue.len());
        if self.shortage.is_watched() {
            self.shortage.publish(state.levels.level(), state.wanted_bytes(&ledger, 0, now) > 0);
        }
    }

    pub(super) fn ledger(&self, state: &State, now: Instant) -> Ledger {
        let resident = state.fresh_reading(now);
        let overhead = resident.map(|resident| resident.overhead).unwrap_or_default();
        Ledger {
            live_bytes: state.live_to_go_by(self.live_bytes(), now),
            unfilled_bytes: self.promises.unfilled(),
            overhead_bytes: overhead.overhead_bytes(),
            retained_bytes: overhead.retained_bytes(),
            resident_bytes: resident.map(|resident| resident.bytes),
        }
    }
}
