//! Who may go on, and who waits.
//!
//! A call that finds room touches three atomics and no lock. All else happens under one lock, in [`Admission::look`]: a new look at what is
//! in use, the level that follows, and letting through those for whom there is room. Whoever makes room looks: a reservation that is
//! dropped or filled, a free (through the allocator, on the limiter's thread), a new reading, and the clock. No waker is called under the lock.
//!
//! The limiter's thread, the *service*, waits for what the first of those who wait needs. Whoever else looks may find another to be first, or
//! what it needs to be more, and calls the service then ([`Admission::end_look`]).
//!
//! Whose component is over its bound is held back in a lane of its own ([`Queue`](super::queue::Queue)), and nobody else with it: the queue counts as
//! *idle* where only such wait.
//!
//! No wake-up is lost. Who joins the queue says so in `waiting`, and then looks for room once more; who gives room back does so, and then
//! asks whether anybody is waiting. All four are in one order that every thread agrees on (`SeqCst`), so one of the two sees the other.

mod look;
mod promises;
mod state;
mod wanted;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::{Duration, Instant};

pub(super) use self::state::Attention;
use self::state::{Resident, State};
use super::component::Component;
use super::counters::Counters;
use super::error::MemoryScarce;
use super::largest::LargestGroups;
use super::ledger::Ledger;
use super::level::{Level, Measure};
use super::limits::Limits;
use super::overhead::Overhead;
use super::queue::{Request, Standing, Ticket};
use super::settings::{LimiterMode, LimiterSettings};
use super::shortage::Shortage;
use super::source::Reading;
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use crate::grant::MemoryGrant;
use crate::lock::{Guard, lock};
use crate::system::PressureSignals;

/// What a limiter knows, and those who wait for it.
#[derive(Debug)]
pub(super) struct Admission {
    live: LiveBytes,
    clock: fn() -> Instant,
    /// Has the service look again, because it waits for what is not the soonest any more.
    call_service: fn(),
    unfilled: AtomicU64,
    /// How many of the reservations made were dropped.
    ended: AtomicU64,
    /// Tracked bytes below which a call goes on at once: 0 while memory is scarce or somebody waits.
    open_below: AtomicU64,
    /// Tracked bytes up to which a reservation is made at once: 0 while somebody waits.
    reservable: AtomicU64,
    waiting: AtomicUsize,
    pub(super) counters: Counters,
    pub(super) largest: LargestGroups,
    pub(super) shortage: Shortage,
    state: Mutex<State>,
}

/// Where live bytes are known from.
#[derive(Debug)]
pub(super) enum LiveBytes {
    /// The tracking allocator, at any time.
    Allocator,
    /// The last reading.
    Sampled(AtomicU64),
}

/// What became of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is granted.
    Granted,
    /// It waits.
    Waits(Ticket),
    /// It is for more than there may ever be.
    Refused,
}

/// A limiter at one moment, for reports.
#[derive(Debug)]
pub(super) struct Overview {
    pub(super) mode: LimiterMode,
    pub(super) level: Level,
    pub(super) limits: Limits,
    pub(super) ledger: Ledger,
    pub(super) reservable_bytes: u64,
    pub(super) held_hard_percent: u8,
    pub(super) slop_factor: f64,
    pub(super) limit_source: Option<String>,
    pub(super) signals: PressureSignals,
    pub(super) waiting: usize,
    pub(super) holders: u64,
    pub(super) reading_at: Option<Instant>,
    pub(super) stale_after: Duration,
}

impl Admission {
    pub(super) fn new(
        grant: MemoryGrant,
        firm_limit_bytes: u64,
        settings: LimiterSettings,
        live: LiveBytes,
        limit_source: Option<String>,
        clock: fn() -> Instant,
        call_service: fn(),
    ) -> Self {
        let state = State::new(grant, limit_source, firm_limit_bytes, settings);
        Self {
            live,
            clock,
            call_service,
            unfilled: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            open_below: AtomicU64::new(0),
            reservable: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            counters: Counters::default(),
            largest: LargestGroups::default(),
            shortage: Shortage::default(),
            state: Mutex::new(state),
        }
    }

    /// The time by the clock that callers go by.
    pub(super) fn now(&self) -> Instant {
        (self.clock)()
    }

    #[inline]
    pub(super) fn live_bytes(&self) -> u64 {
        match &self.live {
            LiveBytes::Allocator => AllocationGroupRegistry::approximate_live_bytes() as u64,
            LiveBytes::Sampled(bytes) => bytes.load(Ordering::Relaxed),
        }
    }

    /// Whether only a reading tells that there is room: live bytes are known as of the last one, or, without a tracking allocator, not
    /// at all.
    pub(super) fn is_sampled(&self) -> bool {
        matches!(self.live, LiveBytes::Sampled(_)) || !AllocationGroupRegistry::allocator_installed()
    }

    #[inline]
    fn tracked_bytes(&self) -> u64 {
        self.live_bytes().saturating_add(self.unfilled.load(Ordering::Relaxed))
    }

    /// Whether a caller may go on at once, for the price of three loads.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.tracked_bytes() < self.open_below.load(Ordering::Relaxed)
    }

    /// Whether a caller that asks at once may go on; `component` is held to a bound of its own.
    pub(super) fn check(&self, component: Option<&Component>, now: Instant) -> Result<(), MemoryScarce> {
        let (goes, mode, scarce) = self.looked(now, |state| {
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
            (goes, state.settings.mode, self.scarce(state, component, now))
        });
        if goes || mode == LimiterMode::Off {
            return Ok(());
        }
        if mode == LimiterMode::Observe {
            self.counters.would_have_waited.increment();
            return Ok(());
        }
        self.counters.refused.increment();
        Err(scarce)
    }

    /// Grants `request` at once or notes that `waker` waits for it.
    pub(super) fn request(
        &self,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
        waker: &Waker,
    ) -> Outcome {
        // Before the lock: it is the caller's code.
        let waker = waker.clone();
        let mut state = lock(&self.state);
        let mut woken = self.look_at(&mut state, now);
        if self.try_grant(&mut state, request, component, now) {
            self.end_look(state, woken, now);
            return Outcome::Granted;
        }
        if state.never_fits(request, component.map(Arc::as_ref)) {
            self.counters.refused.increment();
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
    pub(super) fn request_at_once(
        &self,
        request: Request,
        component: Option<&Arc<Component>>,
        now: Instant,
    ) -> bool {
        let granted = self.looked(now, |state| self.try_grant(state, request, component, now));
        if !granted {
            self.counters.refused.increment();
        }
        granted
    }

    /// Grants `request` whatever there is.
    pub(super) fn grant_anyway(&self, request: Request, component: Option<&Arc<Component>>) {
        self.promise(request.bytes());
        self.note_granted(request, component.map(Arc::as_ref));
    }

    /// Promises `bytes` more to one that is never held back.
    pub(super) fn grow_exempt(&self, bytes: u64, component: Option<&Arc<Component>>) {
        if self.try_promise(bytes, self.reservable.load(Ordering::Relaxed), || self.live_bytes()) {
            component.inspect(|component| component.promise(bytes));
        } else {
            self.counters.exempted.increment();
            self.grant_anyway(Request::Growth(bytes), component);
        }
    }

    /// Notes what else is true of a request whose bytes are promised.
    fn note_granted(&self, request: Request, component: Option<&Component>) {
        if let Request::Reservation(_) = request {
            self.counters.reserved.increment();
        }
        component.inspect(|component| component.promise(request.bytes()));
    }

    /// Grants `request` where nobody waits and there is room, and where nobody is held back. Says whether it did.
    fn try_grant(
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

    /// What has become of the request of `ticket`; if it still waits, `waker` is woken when that changes.
    pub(super) fn standing(&self, ticket: Ticket, waker: &Waker) -> Standing {
        let mut waker = waker.clone();
        // The waker from before is dropped after the lock.
        lock(&self.state).queue.renew(ticket, &mut waker)
    }

    /// Whether the one of `ticket` was let through although there was no room.
    pub(super) fn overdraws(&self, ticket: Ticket) -> bool {
        lock(&self.state).overdrawn == Some(ticket)
    }

    /// The one of `ticket` gives up. Says whether it had been let through by then.
    pub(super) fn leave(&self, ticket: Ticket) -> Standing {
        let mut waker = Waker::noop().clone();
        let now = self.now();
        let mut state = lock(&self.state);
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

    /// Takes in a reading: of live bytes where the allocator does not tell.
    pub(super) fn sampled(&self, reading: Reading, now: Instant) {
        let Reading { live, resident, limit, signals, .. } = reading;
        if let (LiveBytes::Sampled(bytes), Some(live)) = (&self.live, live) {
            bytes.store(live, Ordering::Relaxed);
        }
        let live_bytes = self.live_bytes();
        let mut state = lock(&self.state);
        if live.is_some() {
            state.live_at = Some(now);
        }
        state.signals = signals;
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

    /// Looks at what is in use, and lets those through for whom there is room.
    pub(super) fn look(&self, now: Instant) {
        self.looked(now, |_| ());
    }

    /// Looks, and then does `then` under the same lock.
    fn looked<R>(&self, now: Instant, then: impl FnOnce(&mut State) -> R) -> R {
        let mut state = lock(&self.state);
        let woken = self.look_at(&mut state, now);
        let result = then(&mut state);
        self.end_look(state, woken, now);
        result
    }

    /// Looks at what is live to the byte: what threads have freed and not reported yet would otherwise keep others waiting. That walks through
    /// the counts of all threads.
    pub(super) fn look_exactly(&self, now: Instant) {
        let mut state = self.knowing_exactly();
        let woken = self.look_at(&mut state, now);
        state.exact_live = None;
        self.end_look(state, woken, now);
    }

    fn knowing_exactly(&self) -> Guard<'_, State> {
        let exact = AllocationGroupRegistry::total().live_bytes() as u64;
        let mut state = lock(&self.state);
        state.exact_live = (!self.is_sampled()).then_some(exact);
        state
    }

    /// Ends a look of somebody who is not the service. Who is first now may have to be looked at sooner than who was before.
    fn end_look(&self, mut state: Guard<'_, State>, woken: Vec<Waker>, now: Instant) {
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
    pub(super) fn attend(&self, now: Instant) -> Attention {
        self.attended(lock(&self.state), now)
    }

    /// The same, at what is live to the byte.
    pub(super) fn attend_exactly(&self, now: Instant) -> Attention {
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

    fn scarce(&self, state: &State, component: Option<&Component>, now: Instant) -> MemoryScarce {
        let level = state.levels.level();
        let (ledger, measure) = (self.ledger(state, now), state.levels.measure());
        let (used_bytes, limit_bytes) = match measure {
            Measure::Tracked => (ledger.tracked_bytes(), state.limits.effective_bytes),
            Measure::Held => (ledger.held_bytes(), state.limits.full_bytes),
        };
        let component = component.and_then(|component| component.over(0, level)).map(Box::new);
        MemoryScarce { level, measure, used_bytes, limit_bytes, component }
    }

    pub(super) fn scarcity(&self, component: Option<&Component>, now: Instant) -> MemoryScarce {
        self.scarce(&lock(&self.state), component, now)
    }

    pub(super) fn overview(&self, now: Instant) -> Overview {
        self.looked(now, |state| {
            let ledger = self.ledger(state, now);
            Overview {
                mode: state.settings.mode,
                level: state.levels.level(),
                limits: state.limits,
                ledger,
                reservable_bytes: state.reservable(ledger),
                held_hard_percent: state.settings.held_hard_percent,
                slop_factor: state.grant.slop_factor(),
                limit_source: state.limit_source(),
                signals: state.signals,
                waiting: state.queue.len(),
                holders: self.holders(),
                reading_at: state.resident.map(|resident| resident.at).or(state.live_at),
                stale_after: state.settings.stale_after(),
            }
        })
    }

    pub(super) fn granted_bytes(&self) -> u64 {
        lock(&self.state).grant.initial_limit_bytes() as u64
    }

    pub(super) fn full_limit_bytes(&self) -> u64 {
        lock(&self.state).limits.full_bytes
    }

    /// Whether `bytes` are refused whatever is in use, because they are more than there may ever be.
    pub(super) fn never_grants(&self, bytes: u64, component: Option<&Component>) -> bool {
        let state = lock(&self.state);
        state.enforces() && state.never_fits(Request::Reservation(bytes), component)
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn set_grant(&self, grant: MemoryGrant, source: Option<String>, now: Instant) {
        lock(&self.state).set_grant(grant, source);
        self.look(now);
    }

    pub(super) fn set_mode(&self, mode: LimiterMode, now: Instant) {
        let mut state = lock(&self.state);
        state.settings.mode = mode;
        let mut woken = self.look_at(&mut state, now);
        if mode != LimiterMode::Enforce {
            woken.extend(self.let_all_through(&mut state, now));
        }
        self.end_look(state, woken, now);
    }

    /// Lets everybody through from now on.
    pub(super) fn close(&self) {
        let now = self.now();
        let mut state = lock(&self.state);
        state.closed = true;
        let woken = self.let_all_through(&mut state, now);
        drop(state);
        wake(woken);
    }

    pub(super) fn is_closed(&self) -> bool {
        lock(&self.state).closed
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

    /// Begins anew in a forked child.
    pub(super) fn forget_waiting(&self) {
        let mut state = lock(&self.state);
        self.counters.gave_up.add(state.queue.len() as u64);
        state.queue.forget_all();
        // Whoever overdraws may be a thread of the parent.
        state.overdrawn = None;
        state.attended = Attention::default();
        self.publish(&mut state, self.now());
    }
}

/// Wakes everybody, whatever the waker of one of them does: they have been let through.
fn wake(woken: Vec<Waker>) {
    for waker in woken {
        let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
    }
}
