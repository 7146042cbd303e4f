//! Callers that ask, wait and are let through.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memory_accounting::{Level, LimiterMode, LimiterSettings, MemoryGrant, MemoryLimiter};

use crate::{LIMIT, limiter_of, limiter_reading, poll_once, state, until, within_patience};

#[test]
fn with_room_nobody_waits() {
    let (limiter, _) = limiter_reading(LIMIT / 2);
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
    assert!(limiter.check().is_ok());
    assert_eq!((state(&limiter).level, state(&limiter).counts.waited), (Level::Normal, 0));
}

#[test]
fn a_noop_limiter_never_waits_and_knows_nothing() {
    let limiter = MemoryLimiter::noop();
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
    assert!(limiter.check().is_ok() && limiter.try_reserve(u64::MAX).is_ok());
    assert_eq!((limiter.state(), limiter.level()), (None, Level::Normal));
    assert_eq!(format!("{limiter:?}"), "MemoryLimiter::noop");
}

#[tokio::test]
async fn at_the_limit_one_caller_goes_on_now_and_then() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    within_patience(limiter.wait_for_capacity()).await;
    let counts = state(&limiter).counts;
    assert_eq!((counts.waited, counts.progressed, counts.waits.to_1_second), (1, 1, 1));
}

#[test]
fn who_asks_at_once_is_refused_at_the_limit_and_told_why() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    let scarce = limiter.check().unwrap_err();
    assert_eq!(
        scarce.to_string(),
        "memory is scarce (hard): 1000 B are live or promised, of 1000 B; try again when something was freed"
    );
    assert_eq!(state(&limiter).counts.refused, 1);
}

#[test]
fn a_thread_waits_for_as_long_as_it_says() {
    let mut settings = LimiterSettings::default();
    // Nobody is let through without room.
    settings.progress_milliseconds = 3_600_000;
    let builder = MemoryLimiter::builder(crate::grant(1000)).with_settings(settings);
    let (limiter, usage) = limiter_of(builder, LIMIT);
    let time = Duration::from_millis(1);
    let timed_out = limiter.wait_for_capacity_blocking(time).unwrap_err();
    assert_eq!((timed_out.time, timed_out.scarce.level), (time, Level::Hard));
    assert_eq!((state(&limiter).waiting, state(&limiter).counts.gave_up), (0, 1));
    usage.store(0, Ordering::Relaxed);
    limiter.wait_for_capacity_blocking(crate::PATIENCE).unwrap();
}

#[test]
fn dropping_futures_leaves_nothing_behind() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    for _ in 0..1000 {
        let mut wait = pin!(limiter.wait_for_capacity());
        assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(state(&limiter).waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_who_waits_goes_on_once_there_is_room() {
    const CALLERS: usize = 100;
    let (limiter, usage) = limiter_reading(LIMIT);
    let caller = |limiter: MemoryLimiter| tokio::spawn(async move { limiter.wait_for_capacity().await });
    let callers: Vec<_> = (0..CALLERS).map(|_| caller(limiter.clone())).collect();
    until(|| state(&limiter).waiting > CALLERS / 2).await;
    usage.store(0, Ordering::Relaxed);
    for caller in callers {
        within_patience(caller).await.unwrap();
    }
    until(|| limiter.level() == Level::Normal).await;
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_does_not_hold_up_the_others() {
    let (limiter, usage) = limiter_reading(LIMIT);
    let spawn = || {
        let limiter = limiter.clone();
        tokio::spawn(async move { limiter.wait_for_capacity().await })
    };
    let cancelled = spawn();
    until(|| state(&limiter).waiting == 1 || cancelled.is_finished()).await;
    let other = spawn();
    cancelled.abort();
    usage.store(0, Ordering::Relaxed);
    within_patience(other).await.unwrap();
    assert_eq!(state(&limiter).waiting, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_wait_no_more_go_on_than_there_is_room_for() {
    const CALLERS: u64 = 1000;
    // Each takes a hundredth of the limit, so there is room for some hundred.
    let (limiter, usage) = limiter_reading(LIMIT);
    let callers = (0..CALLERS).map(|_| {
        let (limiter, usage) = (limiter.clone(), Arc::clone(&usage));
        tokio::spawn(async move {
            limiter.wait_for_capacity().await;
            usage.fetch_add(LIMIT / 100, Ordering::Relaxed);
        })
    });
    let callers: Vec<_> = callers.collect();
    until(|| state(&limiter).waiting as u64 >= CALLERS - 5).await;
    let before = state(&limiter).counts.progressed;
    usage.store(0, Ordering::Relaxed);
    until(|| usage.load(Ordering::Relaxed) >= LIMIT * 95 / 100).await;
    // The one that goes on now and then takes its part as well.
    until(|| state(&limiter).counts.progressed > before).await;
    let taken = usage.load(Ordering::Relaxed);
    assert!(taken <= LIMIT * 12 / 10, "{taken}");
    callers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[test]
fn who_makes_room_is_never_held_back() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    let exempt = limiter.exempt();
    assert_eq!(poll_once(exempt.wait_for_capacity()), Poll::Ready(()));
    assert!(exempt.check().is_ok());
    let mut reservation = exempt.try_reserve(50).unwrap();
    let counted = || (state(&limiter).counts.exempted, state(&limiter).ledger.unfilled_bytes);
    assert_eq!(counted(), (3, 50));
    assert!(matches!(poll_once(reservation.grow(10)), Poll::Ready(Ok(()))));
    reservation.try_grow(LIMIT).unwrap();
    assert_eq!(counted(), (5, 60 + LIMIT));
    drop(reservation);
    assert_eq!(counted(), (5, 0));
}

#[tokio::test]
async fn observing_counts_what_would_have_waited() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    limiter.set_mode(LimiterMode::Observe);
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
    assert!(limiter.check().is_ok() && limiter.try_reserve(500).is_ok());
    assert_eq!(state(&limiter).counts.would_have_waited, 3);
    limiter.set_mode(LimiterMode::Off);
    assert!(limiter.check().is_ok());
    assert_eq!(state(&limiter).counts.would_have_waited, 3);
    limiter.set_mode(LimiterMode::Enforce);
    assert!(poll_once(limiter.wait_for_capacity()).is_pending());
}

#[tokio::test]
async fn turning_it_off_lets_those_who_wait_go_on() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    let mut wait = pin!(limiter.reserve(100));
    assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    limiter.set_mode(LimiterMode::Off);
    let reservation = within_patience(wait).await.unwrap();
    assert_eq!(state(&limiter).ledger.unfilled_bytes, 100);
    drop(reservation);
}

#[tokio::test]
async fn another_grant_takes_effect_at_once() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    limiter.set_grant(crate::grant(10_000), Some("the operator".to_owned()));
    assert!(limiter.check().is_ok());
    let state = state(&limiter);
    assert_eq!((state.limits.full_bytes, state.limit_source.as_deref()), (10_000, Some("the operator")));
    limiter.set_grant(crate::grant(500), None);
    assert_eq!(limiter.level(), Level::Hard);
    assert_eq!(limiter.grant(), Some(crate::grant(500)));
    assert_eq!(MemoryLimiter::noop().grant(), None);
}

#[test]
fn what_is_verified_anew_runs_unthrottled_and_what_was_before_no_longer_does() {
    let builder = MemoryLimiter::builder(MemoryGrant::with_slop_factor(1000, 0.1).unwrap());
    let (limiter, _usage) = limiter_of(builder.with_verified_firm_limit(100), 880);
    assert_eq!(limiter.level(), Level::Hard);
    limiter.set_verified_firm_limit(880);
    assert_eq!(limiter.level(), Level::Normal);
    assert_eq!(state(&limiter).limits.tracked.soft_ends, 881);
    limiter.set_verified_firm_limit(0);
    assert_eq!(limiter.level(), Level::Hard);
}
