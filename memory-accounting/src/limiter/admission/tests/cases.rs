//! Lives that went wrong once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use super::service::LiveKnown;
use super::world::{LIMIT, World, grant, of_process};
use crate::limiter::account::Owner;
use crate::limiter::admission::state::ExactLive;
use crate::limiter::admission::{Admission, LiveBytes};
use crate::limiter::level::Level;
use crate::limiter::queue::Request;
use crate::limiter::reservation::Reservation;
use crate::limiter::settings::{LimiterMode, LimiterSettings};
use crate::limiter::source::Reading;
use crate::system::PressureSignals;

#[test]
fn while_reservations_alone_fill_the_limit_the_service_sleeps() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.try_reserve(LIMIT * 96 / 100);
    // The service asserts that there is something to wait for.
    world.wait_for_capacity();
    assert_eq!(world.admission.attend(world.now).live_below, Some(1));
}

#[test]
fn what_fills_a_reservation_is_room_for_who_waited_meanwhile() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.try_reserve(60_000);
    world.set_live(30_000);
    world.reserve(20_000);
    assert_eq!(world.admission.waiting(), 1, "30,000 count twice");
    assert_eq!(world.reservations[0].reservation.allocated(30_000), 30_000);
    world.check();
    assert_eq!(world.admission.waiting(), 0);
}

#[test]
fn the_free_that_makes_room_for_the_next_is_waited_for_whoever_let_the_one_before_through() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.set_live(40_000);
    world.try_reserve(50_000);
    world.reserve(50_000);
    world.reserve(10_000);
    world.reservations.clear();
    world.check();
    assert_eq!(world.admission.waiting(), 1);
    world.set_live(37_000);
    assert_eq!(world.admission.waiting(), 0);
}

#[test]
fn without_an_allocator_no_free_is_waited_for() {
    let settings = LimiterSettings::default();
    let admission =
        Admission::new(grant(LIMIT, 0.0), 0, settings, LiveBytes::Allocator, None, Instant::now, || {});
    // The unit tests have none.
    assert!(admission.is_sampled());
}

#[test]
fn a_reading_of_live_bytes_alone_leaves_what_the_kernel_said() {
    let world = World::new(LiveKnown::ByReading, 0.0);
    let signals = PressureSignals { oom_kills: Some(3), ..PressureSignals::default() };
    for signals in [Some(signals), None] {
        world.admission.sampled(Reading { live: Some(1), signals, ..Reading::default() }, world.now);
        assert_eq!(world.admission.overview(world.now).signals.oom_kills, Some(3));
    }
}

#[test]
fn a_reading_that_is_too_old_holds_no_reservation_back() {
    let mut world = World::new(LiveKnown::ByReading, 0.0);
    world.set_live(LIMIT);
    world.advance(Duration::from_millis(300));
    assert_eq!(world.level(), Level::Hard);
    world.threads.readings_stopped = true;
    world.advance(Duration::from_secs(2));
    world.try_reserve(LIMIT / 2);
    assert_eq!(world.reservations.len(), 1);
}

#[test]
fn growth_for_which_there_is_room_does_not_overdraw() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    for _ in 0..3 {
        world.try_reserve(30_000);
    }
    for bytes in [40_000, 30_000] {
        let held = world.reservations.remove(0);
        world.grow(held, bytes);
    }
    world.advance(Duration::from_millis(100));
    world.poll_all();
    let overdrawn = || world.admission.counts().overdrawn;
    assert_eq!((overdrawn(), world.reservations.len(), world.admission.waiting()), (1, 2, 1));
    // 130,000 are promised; without the 70,000 there is room for 30,000 more.
    world.reservations[1].overdrawn = 0;
    world.reservations[1].reservation.shrink(70_000);
    world.check();
    assert_eq!((world.admission.counts().overdrawn, world.admission.waiting()), (1, 0));
}

#[test]
fn what_a_holder_frees_is_promised_again_unless_others_have_the_room() {
    for (others, left) in [(30_000, 60_000), (70_000, 0)] {
        let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
        world.try_reserve(60_000);
        world.set_live(60_000);
        world.reservations[0].reservation.allocated(60_000);
        world.set_live(0);
        world.try_reserve(others);
        world.reservations[0].reservation.allocated(-60_000);
        world.check();
        let held = &world.reservations[0].reservation;
        assert_eq!((held.bytes(), held.unfilled_bytes(), world.reservations.len()), (left, left, 2));
        assert_eq!(world.admission.counts().refused, 0);
    }
}

#[test]
fn what_an_exempt_holder_frees_is_promised_again_whatever_others_have() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    let exempt = of_process(&world.admission).exempt();
    world.admission.grant_anyway(Request::Reservation(60_000), None);
    world.hold(Reservation::new(Owner::Held(exempt), 60_000), 0);
    world.set_live(60_000);
    world.reservations[0].reservation.allocated(60_000);
    world.set_live(0);
    world.try_reserve(70_000);
    world.reservations[0].reservation.allocated(-60_000);
    world.check();
    let held = &world.reservations[0].reservation;
    assert_eq!((held.bytes(), held.unfilled_bytes()), (60_000, 60_000));
    assert_eq!(world.admission.counts().exempted, 1);
}

#[test]
fn what_is_promised_again_would_not_have_waited() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.admission.set_mode(LimiterMode::Observe, world.now);
    world.try_reserve(60_000);
    world.set_live(60_000);
    world.reservations[0].reservation.allocated(60_000);
    world.set_live(0);
    world.try_reserve(70_000);
    world.reservations[0].reservation.allocated(-60_000);
    world.check();
    assert_eq!(world.reservations[0].reservation.unfilled_bytes(), 60_000);
    assert_eq!(world.admission.counts().would_have_waited, 0);
}

#[test]
fn what_was_allocated_since_live_bytes_were_read_to_the_byte_counts_and_what_was_reported_as_freed_does_not()
{
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.set_live(90_000);
    let live_where_reported = |reported| {
        let mut state = world.admission.locked();
        state.exact_live = Some(ExactLive { bytes: 10_000, reported });
        let ledger = world.admission.ledger(&state, world.now);
        state.exact_live = None;
        ledger.live_bytes
    };
    assert_eq!(live_where_reported(20_000), 80_000);
    assert_eq!(live_where_reported(95_000), 10_000, "the 5,000 may have been freed before");
}

#[test]
fn what_a_burst_between_two_readings_left_is_purged() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.advance(Duration::from_secs(1));
    world.set_live(LIMIT * 95 / 100);
    world.set_live(LIMIT / 10);
    world.advance(Duration::from_secs(1));
    let overview = world.admission.overview(world.now);
    assert_eq!((overview.level, overview.ledger.overhead_bytes), (Level::Normal, 0));
}

#[test]
fn a_caller_that_waits_is_let_through_however_long_memory_is_hard() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.set_live(LIMIT);
    world.wait_for_capacity();
    assert!(matches!(world.first(), Some((0, Request::Capacity))));
    world.advance(Duration::from_millis(100));
    assert!(world.first().is_none());
}

/// Counts how often it is woken, and panics then.
#[derive(Default)]
struct Panics(AtomicU64);

impl Wake for Panics {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("on purpose");
    }
}

#[test]
fn all_are_woken_although_one_panics() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.try_reserve(LIMIT * 97 / 100 - 1);
    let panics = Arc::new(Panics::default());
    for _ in 0..2 {
        let waker = Waker::from(Arc::clone(&panics));
        let _ = world.admission.request(Request::Reservation(1), None, world.now, &waker);
    }
    world.reservations.clear();
    assert_eq!(panics.0.load(Ordering::Relaxed), 2);
}

#[test]
fn an_overdraft_of_the_parent_stops_nobody_in_a_forked_child() {
    let world = World::new(LiveKnown::AtAnyTime, 0.0);
    let admission = &world.admission;
    let interval = LimiterSettings::default().progress_interval();
    for turn in 0..2 {
        for _ in 0..2 {
            admission.grant_anyway(Request::Reservation(LIMIT / 2), None);
        }
        let now = world.now + interval * turn;
        let _ = admission.request(Request::Growth(LIMIT / 2), None, now, Waker::noop());
        admission.look(now + interval);
        admission.begin_anew(&mut admission.locked());
    }
    let counts = admission.counts();
    assert_eq!((counts.overdrawn, counts.waited), (2, counts.waits.number() + counts.gave_up));
}

#[test]
fn who_waits_when_the_limiter_ends_went_on() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.set_live(LIMIT);
    world.wait_for_capacity();
    world.advance(Duration::from_millis(20));
    world.admission.close();
    let waits = world.admission.counts().waits;
    assert_eq!((waits.number(), waits.to_100_milliseconds), (1, 1));
}

#[test]
fn however_much_it_grows_by_nothing_is_left_of_it() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.admission.set_mode(LimiterMode::Observe, world.now);
    let account = of_process(&world.admission);
    let mut of_ten = [account.clone().exempt(), account].map(|account| {
        world.admission.grant_anyway(Request::Reservation(10), None);
        Reservation::new(Owner::Held(account), 10)
    });
    for held in &mut of_ten {
        held.try_grow(u64::MAX).expect("nobody is refused");
        assert_eq!(held.bytes(), u64::MAX);
    }
    let [mut held, other] = of_ten;
    let other = held.merge(other).expect_err("they are too many to count");
    drop((held, other));
    world.check();
}

#[test]
fn whatever_is_promised_nothing_is_left_of_it() {
    let mut world = World::new(LiveKnown::AtAnyTime, 0.0);
    world.admission.set_mode(LimiterMode::Off, world.now);
    for bytes in [100, u64::MAX, 10] {
        let request = Request::Reservation(bytes);
        assert!(
            world.admission.try_reserve_at_once(bytes)
                || world.admission.request_at_once(request, None, world.now)
        );
        world.hold(Reservation::new(Owner::Held(of_process(&world.admission)), bytes), 0);
    }
    world.reservations.clear();
    world.check();
}
