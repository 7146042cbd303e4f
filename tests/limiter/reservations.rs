//! Bytes that are promised.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memory_accounting::allocator::AllocationGroupRegistry;
use memory_accounting::{LimiterMode, MemoryGrant, MemoryLimiter, ReserveReason};

use crate::{LIMIT, PATIENCE, grant, limiter_reading, poll_once, state, within_patience};

fn unfilled(limiter: &MemoryLimiter) -> u64 {
    state(limiter).ledger.unfilled_bytes
}

#[test]
fn what_is_promised_is_nobody_elses() {
    let (limiter, _) = limiter_reading(0);
    let held = limiter.try_reserve(600).unwrap();
    let refused = limiter.try_reserve(401).unwrap_err();
    assert_eq!(
        (refused.reason, refused.requested_bytes, refused.limit_bytes),
        (ReserveReason::NoRoom, 401, 970)
    );
    drop(held);
    assert_eq!(unfilled(&limiter), 0);
    assert!(limiter.try_reserve(401).is_ok());
}

#[test]
fn more_than_the_limit_fails_at_once() {
    let (limiter, _) = limiter_reading(0);
    let Poll::Ready(Err(error)) = poll_once(limiter.reserve(LIMIT + 1)) else { panic!("it waits") };
    assert_eq!(error.reason, ReserveReason::AboveLimit);
    let text = "1001 B cannot be reserved: that is more than the limit of 1000 B; raise that limit to at least 1032B: ";
    assert!(error.to_string().starts_with(text), "{error}");
    let grant = MemoryGrant::with_slop_factor(1000, 0.15).unwrap();
    limiter.set_grant(grant, Some("--limit".to_owned()));
    let error = limiter.try_reserve(851).unwrap_err();
    let text = "851 B cannot be reserved: that is more than the 850 B that the slop leaves of the limit of 1000 B (--limit); raise that";
    assert!(error.to_string().starts_with(text), "{error}");
    // It is obeyed.
    let enough = usize::try_from(error.enough_bytes.unwrap()).unwrap();
    assert!(enough < 1010, "{enough}");
    limiter.set_grant(MemoryGrant::with_slop_factor(enough, 0.15).unwrap(), None);
    assert!(limiter.try_reserve(851).is_ok());
}

#[test]
fn who_waits_for_more_than_a_new_limit_is_refused_and_the_next_goes_on() {
    let (limiter, _) = limiter_reading(0);
    let held = limiter.try_reserve(900).unwrap();
    let mut large = pin!(limiter.reserve(600));
    let mut small = pin!(limiter.reserve(60));
    for wait in [large.as_mut(), small.as_mut()] {
        assert!(wait.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    limiter.set_grant(grant(500), None);
    let Poll::Ready(Err(error)) = large.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it still waits")
    };
    assert_eq!((error.reason, error.limit_bytes), (ReserveReason::AboveLimit, 500));
    let counts = state(&limiter).counts;
    assert_eq!((counts.waited, counts.refused_waiting, counts.waits.number()), (2, 1, 0));
    drop(held);
    assert!(small.poll(&mut Context::from_waker(Waker::noop())).is_ready());
    assert_eq!(state(&limiter).counts.waits.number(), 1);
}

#[test]
fn where_nobody_is_held_back_more_than_the_limit_is_granted() {
    let (limiter, _) = limiter_reading(0);
    limiter.set_mode(LimiterMode::Observe);
    let mut reservation = limiter.try_reserve(LIMIT + 1).unwrap();
    assert!(matches!(poll_once(limiter.reserve(LIMIT + 1)), Poll::Ready(Ok(_))));
    reservation.try_grow(LIMIT).unwrap();
    assert!(matches!(poll_once(reservation.grow(LIMIT)), Poll::Ready(Ok(()))));
    let counts = state(&limiter).counts;
    assert_eq!((counts.would_have_waited, counts.refused), (4, 0));
    limiter.set_mode(LimiterMode::Off);
    assert!(limiter.try_reserve(u64::MAX / 2).is_ok());
    assert_eq!((state(&limiter).counts.would_have_waited, state(&limiter).counts.refused), (4, 0));
    limiter.set_mode(LimiterMode::Enforce);
    assert_eq!(limiter.try_reserve(LIMIT + 1).unwrap_err().reason, ReserveReason::AboveLimit);
    let counts = state(&limiter).counts;
    assert_eq!((counts.refused, counts.refused_above_limit), (1, 1));
    assert_eq!(limiter.try_reserve(1).unwrap_err().reason, ReserveReason::NoRoom);
    let counts = state(&limiter).counts;
    assert_eq!((counts.refused, counts.refused_above_limit), (2, 1), "another time there is room");
}

#[tokio::test]
async fn who_waits_goes_on_when_a_reservation_is_dropped() {
    let (limiter, _) = limiter_reading(0);
    let first = limiter.try_reserve(900).unwrap();
    let mut second = pin!(limiter.reserve(500));
    assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(first);
    // Without a turn of another thread.
    let Poll::Ready(Ok(second)) = second.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it still waits")
    };
    assert_eq!((second.bytes(), unfilled(&limiter)), (500, 500));
}

#[test]
fn first_come_first_served_in_bytes() {
    let (limiter, _) = limiter_reading(0);
    let held = limiter.try_reserve(900).unwrap();
    let mut large = pin!(limiter.reserve(800));
    assert!(large.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    // There is room for it, but somebody came before.
    assert_eq!(limiter.try_reserve(10).unwrap_err().reason, ReserveReason::NoRoom);
    let mut small = pin!(limiter.reserve(10));
    assert!(small.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    drop(held);
    assert!(large.poll(&mut Context::from_waker(Waker::noop())).is_ready());
    assert!(small.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_there_is_no_room_for_does_not_stop_those_that_there_is() {
    let (limiter, _) = limiter_reading(0);
    // For ever, such as for a mapping.
    let held = limiter.try_reserve(200).unwrap();
    let large = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.reserve(900).await.map(|reservation| reservation.bytes()) }
    });
    crate::until(|| state(&limiter).waiting == 1).await;
    for _ in 0..10 {
        within_patience(limiter.wait_for_capacity()).await;
    }
    assert!(limiter.check().is_ok());
    assert!(!large.is_finished());
    drop(held);
    assert_eq!(within_patience(large).await.unwrap().unwrap(), 900);
}

#[test]
fn a_future_that_is_dropped_after_it_was_let_through_gives_back() {
    let (limiter, _) = limiter_reading(0);
    let held = limiter.try_reserve(900).unwrap();
    {
        let mut wait = pin!(limiter.reserve(500));
        assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(held);
        assert_eq!(unfilled(&limiter), 500);
    }
    assert_eq!((unfilled(&limiter), state(&limiter).reservations), (0, 0));
}

#[test]
fn a_thread_waits_for_as_long_as_it_says() {
    let (limiter, _) = limiter_reading(0);
    let held = limiter.try_reserve(900).unwrap();
    let error = limiter.reserve_blocking(500, Duration::from_millis(1)).unwrap_err();
    assert_eq!(error.reason, ReserveReason::TimedOut);
    std::thread::scope(|scope| {
        let waits =
            scope.spawn(|| limiter.reserve_blocking(500, PATIENCE).map(|reservation| reservation.bytes()));
        while state(&limiter).waiting == 0 {
            std::thread::yield_now();
        }
        drop(held);
        assert_eq!(waits.join().unwrap().unwrap(), 500);
    });
}

#[test]
fn what_is_allocated_inside_fills_it() {
    let limiter = MemoryLimiter::new(grant(1 << 30)).unwrap();
    let group = AllocationGroupRegistry::global().register_allocation_group("filling");
    let mut reservation = limiter.try_reserve(1000).unwrap();
    let _entered = group.enter();
    let kept = reservation.scope(|| {
        drop(Box::new([0_u8; 100]));
        vec![0_u8; 600]
    });
    assert_eq!((reservation.unfilled_bytes(), unfilled(&limiter)), (400, 400));
    let more = reservation.scope(|| vec![0_u8; 600]);
    assert_eq!(reservation.unfilled_bytes(), 0, "no more than was left");
    reservation.scope(|| drop(more));
    assert_eq!(reservation.unfilled_bytes(), 600, "what is freed is promised again");
    drop(reservation);
    assert_eq!((unfilled(&limiter), kept.len()), (0, 600));
}

#[test]
fn what_fills_one_reservation_does_not_fill_the_one_around_it() {
    let limiter = MemoryLimiter::new(grant(1 << 30)).unwrap();
    let _entered = AllocationGroupRegistry::global().register_allocation_group("filling two").enter();
    let (mut outer, mut inner) = (limiter.try_reserve(1000).unwrap(), limiter.try_reserve(300).unwrap());
    let kept = outer.scope(|| (vec![0_u8; 200], inner.scope(|| vec![0_u8; 500])));
    // What the inner one had no promise for is the outer one's.
    assert_eq!((inner.unfilled_bytes(), outer.unfilled_bytes()), (0, 600));
    drop(kept);
}

#[test]
fn a_panic_inside_is_counted_as_well() {
    let limiter = MemoryLimiter::new(grant(1 << 30)).unwrap();
    let mut reservation = limiter.try_reserve(1 << 20).unwrap();
    let mut kept = Vec::new();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        reservation.scope(|| {
            kept.reserve_exact(1 << 19);
            kept.push(0_u8);
            panic!("on purpose");
        });
    }));
    assert!(panicked.is_err());
    assert!(reservation.unfilled_bytes() <= 1 << 19, "{}", reservation.unfilled_bytes());
}

#[tokio::test]
async fn a_future_fills_it_at_each_poll() {
    let limiter = MemoryLimiter::new(grant(1 << 30)).unwrap();
    let mut reservation = limiter.reserve(1 << 20).await.unwrap();
    let group = AllocationGroupRegistry::global().register_allocation_group("filling at each poll");
    let mut blocks = Vec::new();
    // The runtime's own way of yielding allocates.
    let future = poll_fn(|context| {
        if blocks.len() == 2 {
            return Poll::Ready(std::mem::take(&mut blocks));
        }
        blocks.push(vec![0_u8; 1000]);
        context.waker().wake_by_ref();
        Poll::Pending
    });
    let tracked = memory_accounting::allocator::Track::track_allocations(reservation.fill(future), group);
    let blocks = tracked.await;
    // A vector that grows has room for four at first.
    let expected = (1 << 20) - 2000 - 4 * size_of::<Vec<u8>>() as u64;
    assert_eq!((reservation.unfilled_bytes(), blocks.len()), (expected, 2));
}

#[test]
fn it_shrinks_splits_merges_and_settles() {
    let (limiter, _) = limiter_reading(0);
    let mut reservation = limiter.try_reserve(500).unwrap();
    assert_eq!(reservation.shrink(100), 100);
    let part = reservation.split(150);
    assert_eq!((reservation.bytes(), part.bytes(), unfilled(&limiter)), (250, 150, 400));
    assert_eq!(state(&limiter).reservations, 2);
    reservation.merge(part).unwrap();
    assert_eq!((reservation.bytes(), state(&limiter).reservations), (400, 1));
    assert_eq!(state(&limiter).counts.reserved, 2, "one of them out of the other");
    reservation.settle(300);
    assert_eq!((reservation.bytes(), reservation.unfilled_bytes(), unfilled(&limiter)), (300, 0, 0));
    let (other, _) = limiter_reading(0);
    let foreign = other.try_reserve(7).unwrap();
    assert_eq!(reservation.merge(foreign).unwrap_err().bytes(), 7);
    drop(reservation);
    assert_eq!((state(&limiter).reservations, state(&limiter).counts.reserved), (0, 2));
}

#[tokio::test]
async fn holders_that_all_want_more_do_not_wait_for_each_other() {
    let (limiter, _) = limiter_reading(0);
    let mut one = limiter.try_reserve(450).unwrap();
    let mut other = limiter.try_reserve(450).unwrap();
    let (first, second) = within_patience(async {
        let first = async {
            let grown = one.grow(300).await.map(|()| one.bytes());
            drop(one);
            grown
        };
        let second = async {
            let grown = other.grow(300).await.map(|()| other.bytes());
            drop(other);
            grown
        };
        tokio::join!(first, second)
    })
    .await;
    assert_eq!((first.unwrap(), second.unwrap()), (750, 750));
    let state = state(&limiter);
    assert_eq!((state.counts.overdrawn, state.ledger.unfilled_bytes), (1, 0));
}

#[tokio::test]
async fn the_one_that_overdraws_does_not_wait_for_those_that_wait_for_it() {
    let (limiter, _) = limiter_reading(0);
    let mut one = limiter.try_reserve(450).unwrap();
    let mut other = limiter.try_reserve(450).unwrap();
    let (first, second) = within_patience(async {
        let first = async {
            one.grow(300).await.unwrap();
            one.grow(200).await.map(|()| one.bytes()).inspect(|_| drop(one))
        };
        let second = async { other.grow(300).await.map(|()| other.bytes()).inspect(|_| drop(other)) };
        tokio::join!(first, second)
    })
    .await;
    assert_eq!((first.unwrap(), second.unwrap()), (950, 750));
}

#[test]
fn a_reservation_that_outlives_its_limiter_disturbs_no_other() {
    let (limiter, _) = limiter_reading(0);
    let mut left = limiter.try_reserve(960).unwrap();
    drop(limiter);
    for _ in 0..3 {
        let (other, _) = limiter_reading(0);
        // Nobody is held back by a limiter that has ended.
        assert!(left.try_grow(20).is_ok());
        let held = other.try_reserve(5).unwrap();
        let seen = state(&other);
        assert_eq!((seen.reservations, seen.counts.reserved, seen.ledger.unfilled_bytes), (1, 1, 5));
        drop((other, std::mem::replace(&mut left, held)));
    }
}

#[test]
fn growth_that_never_fits_fails_at_once() {
    let (limiter, _) = limiter_reading(0);
    let mut reservation = limiter.try_reserve(900).unwrap();
    assert_eq!(reservation.try_grow(101).unwrap_err().reason, ReserveReason::AboveLimit);
    assert_eq!(reservation.try_grow(100).unwrap_err().reason, ReserveReason::NoRoom);
    assert!(reservation.try_grow(70).is_ok());
    assert_eq!(reservation.bytes(), 970);
}
