//! Random lives of a limiter.
//!
//! At every step is checked what has to be true at any time (`World::check`): no more is promised than there is room for, but by the one
//! that may overdraw; callers go on in their order, and no faster than is allowed while memory is hard and afterwards; and the limiter's
//! books are those of the callers. Now and then in a life is checked what has to come true: see [`World::endure`], [`World::finish`] and
//! [`World::recover`].
//!
//! `LIMITER_MODEL_STEPS=10000000 cargo test --release -p memory-accounting --lib random_lives` goes on for so many steps.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::service::LiveKnown;
use super::world::{LIMIT, World, grant};
use crate::limiter::level::Level;
use crate::limiter::queue::Request;
use crate::limiter::settings::{LimiterMode, LimiterSettings};

/// Steps of one life at most.
const STEPS: usize = 200;

#[derive(Clone, Copy, Debug)]
enum Step {
    WaitForCapacity,
    Check,
    Reserve(u64),
    TryReserve(u64),
    ReserveExempt(u64),
    /// One of those that have a reservation changes it.
    Change(usize, Change),
    /// One of those that wait, or were let through.
    Poll(usize),
    PollAll,
    Cancel(usize),
    CancelGrowth(usize),
    Allocate(u64),
    Free(u64),
    /// So much is resident beside the heap.
    Other(u64),
    Purge,
    Halve,
    Restore,
    Mode(LimiterMode),
    StopReadings,
    ResumeReadings,
    Advance(u64),
    Endure,
    Finish,
    Recover,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Grow(u64),
    TryGrow(u64),
    Fill(u64),
    Empty(u64),
    Shrink(u64),
    Settle,
    Split(u64),
    MergeWith(usize),
    End,
}

fn bytes() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0..LIMIT / 50, 2 => 0..LIMIT / 4, 1 => 0..=LIMIT]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => bytes().prop_map(Change::Grow),
        1 => bytes().prop_map(Change::TryGrow),
        3 => bytes().prop_map(Change::Fill),
        1 => bytes().prop_map(Change::Empty),
        1 => bytes().prop_map(Change::Shrink),
        1 => Just(Change::Settle),
        1 => bytes().prop_map(Change::Split),
        1 => any::<usize>().prop_map(Change::MergeWith),
        6 => Just(Change::End),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0_usize..1000;
    let modes = prop_oneof![
        4 => Just(LimiterMode::Enforce), 1 => Just(LimiterMode::Observe), 1 => Just(LimiterMode::Off)
    ];
    prop_oneof![
        8 => Just(Step::WaitForCapacity),
        2 => Just(Step::Check),
        8 => bytes().prop_map(Step::Reserve),
        2 => bytes().prop_map(Step::TryReserve),
        1 => bytes().prop_map(Step::ReserveExempt),
        19 => (who.clone(), change()).prop_map(|(who, change)| Step::Change(who, change)),
        4 => who.clone().prop_map(Step::Poll),
        4 => Just(Step::PollAll),
        2 => who.clone().prop_map(Step::Cancel),
        1 => who.prop_map(Step::CancelGrowth),
        6 => bytes().prop_map(Step::Allocate),
        6 => bytes().prop_map(Step::Free),
        2 => bytes().prop_map(Step::Other),
        1 => Just(Step::Purge),
        1 => Just(Step::Halve),
        2 => Just(Step::Restore),
        1 => modes.prop_map(Step::Mode),
        1 => Just(Step::StopReadings),
        2 => Just(Step::ResumeReadings),
        8 => (0_u64..30).prop_map(Step::Advance),
        2 => (0_u64..3000).prop_map(Step::Advance),
        1 => Just(Step::Endure),
        1 => Just(Step::Finish),
        1 => Just(Step::Recover),
    ]
}

fn longest_progress() -> Duration {
    LimiterSettings::default().progress_interval() * 16
}

impl World {
    fn take(&mut self, step: Step, slop: f64) {
        match step {
            Step::WaitForCapacity => self.wait_for_capacity(),
            Step::Check => drop(self.admission.check(None, self.now)),
            Step::Reserve(bytes) => self.reserve(bytes),
            Step::TryReserve(bytes) => self.try_reserve(bytes),
            Step::ReserveExempt(bytes) => self.reserve_exempt(bytes),
            Step::Change(who, change) => {
                if let Some(index) = who.checked_rem(self.reservations.len()) {
                    self.change(index, change);
                }
            }
            Step::Poll(who) | Step::Cancel(who) | Step::CancelGrowth(who) => {
                let Some(id) = self.nth_caller(who) else { return };
                match step {
                    Step::Poll(_) => {
                        self.poll(id);
                    }
                    Step::Cancel(_) => self.cancel(id),
                    _ => {
                        self.cancel_growth(id);
                    }
                }
            }
            Step::PollAll => self.poll_all(),
            Step::Allocate(bytes) => self.set_live(self.live + bytes),
            Step::Free(bytes) => self.set_live(self.live.saturating_sub(bytes)),
            Step::Other(bytes) => self.other = bytes,
            Step::Purge => self.heap = self.live,
            Step::Halve => self.admission.set_grant(grant(LIMIT / 2, slop), None, self.now),
            Step::Restore => self.admission.set_grant(grant(LIMIT, slop), None, self.now),
            Step::Mode(mode) => self.admission.set_mode(mode, self.now),
            Step::StopReadings => self.threads.readings_stopped = true,
            Step::ResumeReadings => self.threads.readings_stopped = false,
            Step::Advance(milliseconds) => self.advance(Duration::from_millis(milliseconds)),
            Step::Endure => self.endure(),
            Step::Finish => self.finish(),
            Step::Recover => self.recover(slop),
        }
        self.check();
        self.check_attention();
    }

    pub(super) fn change(&mut self, index: usize, change: Change) {
        let signed = |bytes: u64| i64::try_from(bytes).expect("small");
        match change {
            Change::Fill(bytes) => self.set_live(self.live + bytes),
            Change::Empty(bytes) => self.set_live(self.live.saturating_sub(bytes)),
            _ => {}
        }
        let mut held = self.reservations.swap_remove(index);
        let reservation = &mut held.reservation;
        match change {
            Change::Grow(bytes) => return self.grow(held, bytes),
            Change::End => return drop(held),
            Change::TryGrow(bytes) => drop(reservation.try_grow(bytes)),
            Change::Fill(bytes) => _ = reservation.allocated(signed(bytes)),
            Change::Empty(bytes) => _ = reservation.allocated(-signed(bytes)),
            Change::Shrink(bytes) => {
                held.overdrawn = held.overdrawn.saturating_sub(reservation.shrink(bytes));
            }
            Change::Settle => {
                held.overdrawn = 0;
                let filled = reservation.bytes() - reservation.unfilled_bytes();
                reservation.settle(filled);
            }
            Change::Split(bytes) => {
                let part = reservation.split(bytes);
                // What it could no longer give back goes along.
                let (bytes, left) = (part.bytes(), reservation.unfilled_bytes());
                let along = held.overdrawn.saturating_sub(left).min(bytes);
                held.overdrawn -= along;
                self.hold(part, along);
            }
            Change::MergeWith(other) => {
                if let Some(other) = other.checked_rem(self.reservations.len()) {
                    let other = self.reservations.swap_remove(other);
                    held.overdrawn += other.overdrawn;
                    reservation.merge(other.reservation).expect("of the same limiter");
                }
            }
        }
        self.reservations.push(held);
    }

    fn nth_caller(&self, who: usize) -> Option<usize> {
        let index = who.checked_rem(self.callers.len())?;
        self.callers.keys().nth(index).copied()
    }

    /// Memory becomes hard, and stays so.
    fn becomes_hard(&mut self) {
        self.threads.readings_stopped = false;
        self.set_live(self.live.max(LIMIT));
        self.advance(Duration::from_millis(250));
    }

    /// However long memory stays hard, and whatever others hold, the first that waits goes on, unless it is a reservation that others have
    /// to end for, or growth behind one that overdraws.
    fn endure(&mut self) {
        self.becomes_hard();
        let Some((first, request)) = self.first() else { return };
        let waits_for_others = match request {
            Request::Capacity => false,
            Request::Reservation(_) => {
                !self.reservations.is_empty() || self.callers.values().any(|caller| caller.let_through)
            }
            Request::Growth(_) => self.overdrawn() > 0,
        };
        self.advance(longest_progress() + Duration::from_millis(100));
        let waits = self.callers.get(&first).is_some_and(|caller| !caller.let_through);
        assert!(!waits || waits_for_others, "{request:?} waits for ever");
    }

    /// All holders end.
    fn end_all(&mut self) {
        while self.reservations.pop().is_some() {
            self.check();
        }
    }

    /// However hard memory stays, if holders end once they have what they want, all who want more get it.
    fn finish(&mut self) {
        self.becomes_hard();
        for _ in 0..=self.callers.len() {
            self.end_all();
            self.advance(longest_progress());
            self.poll_all();
        }
        let grows = self.callers.values().any(|caller| matches!(caller.request, Request::Growth(_)));
        assert!(!grows, "growth waits for ever");
    }

    /// Once there is room and stays so, all who wait go on, and memory is no longer scarce. That takes at most
    ///
    /// - until the next reading and the next purge, or, where there are no readings, until the last one is stale;
    /// - a window of ten milliseconds for each caller;
    /// - the interval of progress for each that wants more than there ever is.
    ///
    /// Other processes that end when as much is freed look as if they held what the allocator keeps. If the last purge gave nothing back,
    /// the next one that tells comes after 64 seconds at most; all that counts from then.
    fn recover(&mut self, slop: f64) {
        self.end_all();
        self.other = 0;
        self.admission.set_grant(grant(LIMIT, slop), None, self.now);
        self.check();
        self.set_live(self.live.min(LIMIT / 10));
        let stopped = self.threads.readings_stopped;
        let readings = Duration::from_millis(if stopped { 2000 } else { 1250 });
        let most = LIMIT * 97 / 100 - self.live;
        let holds: u64 = self.callers.values().map(|caller| caller.holds).sum();
        let too_large = self.callers.values().filter(|caller| match caller.request {
            Request::Capacity => false,
            Request::Reservation(bytes) | Request::Growth(bytes) => bytes + holds > most,
        });
        let too_large = u32::try_from(too_large.count()).expect("few");
        let callers = u32::try_from(self.callers.len()).expect("few");
        let bound = readings
            + Duration::from_millis(200)
            + Duration::from_millis(10) * callers
            + longest_progress() * too_large;
        let start = self.now;
        let mut looked_held = start;
        loop {
            let overview = self.admission.overview(self.now);
            self.check();
            if self.callers.is_empty() && overview.level == Level::Normal {
                break;
            }
            if overview.ledger.overhead_bytes > LIMIT / 20 {
                looked_held = self.now;
            }
            let took = (looked_held - start, self.now - looked_held);
            let bound = (Duration::from_secs(64), bound);
            assert!(
                took.0 <= bound.0 && took.1 <= bound.1,
                "{} wait after {took:?} of {bound:?}: {overview:?}",
                self.callers.len()
            );
            self.advance(Duration::from_millis(5));
            self.poll_all();
            self.end_all();
        }
    }
}

fn steps() -> usize {
    std::env::var("LIMITER_MODEL_STEPS").ok().and_then(|steps| steps.parse().ok()).unwrap_or(10_000)
}

#[test]
fn random_lives() {
    let cases = u32::try_from(steps() / (STEPS / 2)).expect("fewer");
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let live_known = prop_oneof![Just(LiveKnown::AtAnyTime), Just(LiveKnown::ByReading)];
    let slop = prop_oneof![Just(0.0), Just(0.15)];
    let lives = (live_known, slop, prop::collection::vec(step(), 0..STEPS));
    let result = TestRunner::new(config).run(&lives, |(live_known, slop, steps)| {
        let mut world = World::new(live_known, slop);
        for step in steps {
            world.take(step, slop);
        }
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
