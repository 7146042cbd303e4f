//! What the threads of a limiter do, step by step: `service.rs` and `sampler.rs` without threads.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::world::World;
use crate::limiter::level::Level;
use crate::limiter::purging::Purging;
use crate::limiter::sampler::pause;
use crate::limiter::service::{CLOSEST, EXACTLY};
use crate::limiter::source::Reading;
use crate::lock::lock;

thread_local! {
    static CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Has the service look once the test comes to it; see [`World::answer`].
pub(super) fn call() {
    CALLED.set(true);
}

/// How the limiter knows what is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiveKnown {
    /// At any time, as the allocator tells it.
    AtAnyTime,
    /// By readings.
    ByReading,
}

/// What the threads wait for.
#[derive(Debug)]
pub(super) struct Threads {
    until: Option<Instant>,
    live_below: Option<u64>,
    exactly_at: Instant,
    reading_at: Instant,
    pub(super) readings_stopped: bool,
    purging: Purging,
}

impl Threads {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            until: None,
            live_below: None,
            exactly_at: now,
            reading_at: now,
            readings_stopped: false,
            purging: Purging::default(),
        }
    }

    fn next(&self) -> Option<Instant> {
        [self.until, (!self.readings_stopped).then_some(self.reading_at)].into_iter().flatten().min()
    }
}

impl World {
    /// The service looks, if it was called.
    pub(super) fn answer(&mut self) {
        if CALLED.take() {
            self.serve();
        }
    }

    /// Nothing else than what the service waits for has to happen for the first who waits to go on.
    pub(super) fn check_attention(&self) {
        if self.admission.waiting() == 0 {
            return;
        }
        let state = lock(&self.admission.state);
        let ledger = self.admission.ledger(&state, self.now);
        let needed = state.attention(&ledger, self.admission.holders(), self.now);
        drop(state);
        let Threads { until, live_below, .. } = self.threads;
        if self.live_known == LiveKnown::AtAnyTime {
            assert!(needed.live_below <= live_below, "{needed:?}: it waits for {live_below:?}");
        }
        // A caller that is slowed down goes on by what was in use when it was last looked.
        let at = needed.at.filter(|_| self.level() != Level::Soft).map(|at| at.max(self.now + CLOSEST));
        assert!(
            at.is_none_or(|at| until.is_some_and(|until| until <= at)),
            "{needed:?}: it waits until {until:?}"
        );
    }

    /// The service was called, or woken: a turn of its loop.
    pub(super) fn serve(&mut self) {
        for _ in 0..100 {
            let now = self.now;
            if now >= self.threads.exactly_at {
                self.threads.exactly_at = now + EXACTLY;
            }
            let attention = self.admission.attend(now);
            self.check();
            if self.admission.waiting() > 0 && self.live_known == LiveKnown::ByReading {
                self.threads.reading_at = self.threads.reading_at.min(now + Duration::from_millis(2));
            }
            let live_below = attention.live_below.filter(|_| self.live_known == LiveKnown::AtAnyTime);
            // The allocator takes 0 for nobody that waits.
            assert_ne!(live_below, Some(0), "the service cannot wait for that");
            if live_below.is_some_and(|below| self.live < below) {
                continue;
            }
            let at = [attention.at, live_below.map(|_| self.threads.exactly_at)].into_iter().flatten().min();
            self.threads.until = at.map(|at| at.max(now + CLOSEST));
            self.threads.live_below = live_below;
            return;
        }
        panic!("the service spins");
    }

    /// The allocator was told that so much is live.
    pub(super) fn set_live(&mut self, live: u64) {
        // A program that runs has something.
        let live = live.max(1);
        self.live = live;
        self.heap = self.heap.max(live);
        if self.live_known == LiveKnown::AtAnyTime {
            self.tell_live();
            if self.threads.live_below.is_some_and(|below| live < below) {
                self.serve();
            }
        }
    }

    /// Time passes, and the threads do what they do.
    pub(super) fn advance(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(next) = self.threads.next().filter(|next| *next <= end) {
            self.set_now(next.max(self.now));
            if self.threads.until.is_some_and(|until| until <= self.now) {
                self.serve();
            }
            if !self.threads.readings_stopped && self.threads.reading_at <= self.now {
                self.read();
            }
        }
        self.set_now(end);
    }

    /// A turn of the thread that reads, which purges where that is due.
    pub(super) fn read(&mut self) {
        self.take_reading();
        let overview = self.admission.overview(self.now);
        self.check();
        if self.threads.purging.is_due(&overview.ledger, &overview.limits, self.now) {
            let freed = self.heap - self.live;
            self.heap = self.live;
            self.take_reading();
            let ledger = self.admission.overview(self.now).ledger;
            self.check();
            self.threads.purging.purged(freed, &ledger, &overview.limits, self.now);
        }
        self.threads.reading_at =
            self.now + pause(&self.admission.overview(self.now), self.admission.is_sampled());
        self.check();
    }

    fn take_reading(&mut self) {
        let live = (self.live_known == LiveKnown::ByReading).then_some(self.live);
        let reading = Reading { live, resident: Some(self.heap + self.other), ..Reading::default() };
        self.admission.sampled(reading, self.now);
        self.check();
    }
}
