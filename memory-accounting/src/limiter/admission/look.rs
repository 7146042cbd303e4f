//! A look at what is in use: the level that follows, and who goes on.

use std::sync::atomic::Ordering;
use std::task::Waker;
use std::time::Instant;

use super::Admission;
use super::state::State;
use crate::allocator::AllocationGroupToken;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::Level;
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
        let mut woken = Vec::new();
        while let Some(first) = state.first(now) {
            if !self.may_go(state, &first, now) {
                break;
            }
            woken.extend(self.take_out(state, &first, now));
        }
        while let Some(first) = state.overtaking(now) {
            if !self.may_go(state, &first, now) {
                break;
            }
            woken.extend(self.take_out(state, &first, now));
        }
        if state.is_idle(now) && state.levels.level() == Level::Normal {
            state.pacing.at_ease();
        }
        self.publish(state, now);
        woken
    }

    fn take_out(&self, state: &mut State, first: &First, now: Instant) -> Option<Waker> {
        let (waker, since) = state.queue.remove(first.ticket)?;
        self.counters.waited_for(now.saturating_duration_since(since));
        Some(waker)
    }

    /// Whether the first that waits may go; then it has what it asked for.
    fn may_go(&self, state: &mut State, first: &First, now: Instant) -> bool {
        let First { ticket, request, since, is_held, is_due, .. } = *first;
        let component = first.component.as_deref();
        let ledger = self.ledger(state, now);
        let most = state.reservable(ledger);
        let to_go_by = state.live_to_go_by(now);
        let live = || to_go_by.unwrap_or_else(|| self.live_bytes());
        let may_progress =
            |state: &State| now >= state.pacing.progress_at(since, state.settings.progress_interval());
        let waits_for_its_turn = is_held && !is_due;
        match request {
            Request::Capacity => match state.levels.level() {
                Level::Normal | Level::Soft if is_held => {
                    !waits_for_its_turn
                        && state.pacing.try_take()
                        && self.component_progress(state, ticket, now)
                }
                Level::Normal => state.pacing.try_take(),
                Level::Soft => now >= state.slowed_until(&ledger, since) && state.pacing.try_take(),
                Level::Hard => may_progress(state) && self.progress(state, &ledger, now),
            },
            Request::Reservation(bytes) => {
                let fits = !waits_for_its_turn && self.try_promise(bytes, most, live);
                let goes = fits
                    || !waits_for_its_turn && self.holders() == 0 && may_progress(state) && {
                        self.promise(bytes);
                        self.counters.overdrawn.increment();
                        self.progress(state, &ledger, now)
                    };
                if goes {
                    self.counters.reserved.increment();
                    component.inspect(|component| component.promise(bytes));
                }
                if fits && is_held {
                    self.component_progress(state, ticket, now);
                }
                goes
            }
            Request::Growth(bytes) => {
                let goes = !is_held
                    && (self.try_promise(bytes, most, live)
                        || state.overdrawn.is_none() && {
                            let stuck = state.queue.growing() >= self.holders();
                            let overdraws = stuck || now >= state.growth_may_overdraw_at(since);
                            if overdraws {
                                state.overdrawn = Some(ticket);
                                self.promise(bytes);
                                self.counters.overdrawn.increment();
                            }
                            overdraws
                        });
                component.filter(|_| goes).inspect(|component| component.promise(bytes));
                goes
            }
        }
    }

    /// Lets one through whose component is over its bound.
    fn component_progress(&self, state: &mut State, ticket: Ticket, now: Instant) -> bool {
        state.queue.progressed(ticket, now);
        self.counters.progressed.increment();
        true
    }

    fn progress(&self, state: &mut State, ledger: &Ledger, now: Instant) -> bool {
        state.pacing.progressed(now, ledger.tracked_bytes());
        self.counters.progressed.increment();
        true
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
        self.reservable.store(reservable, Ordering::Relaxed);
        self.waiting.store(state.queue.len(), Ordering::SeqCst);
        if self.shortage.is_watched() {
            self.shortage.publish(state.levels.level(), state.wanted_bytes(&ledger, 0, now) > 0);
        }
    }

    pub(super) fn ledger(&self, state: &State, now: Instant) -> Ledger {
        let resident = state.fresh_reading(now);
        let overhead = resident.map(|resident| resident.overhead).unwrap_or_default();
        Ledger {
            live_bytes: state.live_to_go_by(now).unwrap_or_else(|| self.live_bytes()),
            unfilled_bytes: self.unfilled.load(Ordering::SeqCst),
            overhead_bytes: overhead.overhead_bytes(),
            retained_bytes: overhead.retained_bytes(),
            resident_bytes: resident.map(|resident| resident.bytes),
        }
    }
}
