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
//! No wake-up is lost: see [`Promises`](super::promises::Promises).

mod state;
mod attention;
mod fork;
mod turn;
mod look;
mod promises;
mod overdraft;
mod asking;
mod wanted;
mod control;
mod overview;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

pub(super) use self::asking::Outcome;
pub(super) use self::attention::Attention;
pub(super) use self::overview::Overview;
use self::state::State;
use super::counters::Counters;
use super::largest::LargestGroups;
use super::place::{Lease, Place};
use super::settings::LimiterSettings;
use super::shortage::Shortage;
use crate::allocator::AllocationGroupRegistry;
use crate::grant::MemoryGrant;

/// What a limiter knows, and those who wait for it.
#[derive(Debug)]
pub(super) struct Admission {
    live: LiveBytes,
    clock: fn() -> Instant,
    /// Has the service look again, because it waits for what is not the soonest any more.
    call_service: fn(),
    promises: Lease,
    /// Tracked bytes below which a call goes on at once: 0 while memory is scarce or somebody waits.
    open_below: AtomicU64,
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

impl Admission {
    pub(super) fn new(
        grant: MemoryGrant,
        firm_limit_bytes: u64,
        settings: LimiterSettings,
        live: LiveBytes,
        limit_source: Option<String>,
        clock: fn() -> Instant,
        call_service: fn(),
    ) -> Arc<Self> {
        let state = State::new(grant, limit_source, firm_limit_bytes, settings);
        let admission = Arc::new(Self {
            live,
            clock,
            call_service,
            promises: Lease::new(),
            open_below: AtomicU64::new(0),
            counters: Counters::default(),
            largest: LargestGroups::default(),
            shortage: Shortage::default(),
            state: Mutex::new(state),
        });
        admission.promises.belong_to(&admission);
        admission
    }

    /// Where its promises are kept.
    #[inline]
    pub(super) fn place(&self) -> &'static Place {
        self.promises.place()
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
        self.live_bytes().saturating_add(self.promises.unfilled())
    }

    /// Whether a caller may go on at once, for the price of three loads.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.tracked_bytes() < self.open_below.load(Ordering::Relaxed)
    }
}
