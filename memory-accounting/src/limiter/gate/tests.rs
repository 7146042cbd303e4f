use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

const LIMIT: usize = 1000;

fn after(start: Instant, milliseconds: u64) -> Instant {
    start + Duration::from_millis(milliseconds)
}

/// Samples and wakes as the thread does; returns the pause.
fn sample(gate: &Gate, usage: impl Into<Option<usize>>, now: Instant) -> Option<Duration> {
    gate.sample(usage.into(), now).map(|sample| {
        sample.released.wake();
        sample.pause
    })
}

/// Whether the listener was notified.
fn called(listener: EventListener) -> bool {
    event_listener::Listener::wait_timeout(listener, Duration::ZERO).is_some()
}

fn poll(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> Poll<()> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn there_is_room_below_the_threshold() {
    assert!(Gate::new(LIMIT, 899).has_room());
    assert!(!Gate::new(LIMIT, 900).has_room());
}

#[test]
fn a_waiter_goes_on_when_pressure_is_gone() {
    let (gate, start) = (Gate::new(LIMIT, LIMIT), Instant::now());
    let mut waiting = pin!(gate.enter(start).unwrap().released());
    assert_eq!((poll(waiting.as_mut()), gate.waiting()), (Poll::Pending, 1));
    sample(&gate, LIMIT, after(start, 1));
    assert_eq!(poll(waiting.as_mut()), Poll::Pending);
    sample(&gate, 0, after(start, 2));
    assert_eq!((poll(waiting.as_mut()), gate.waiting()), (Poll::Ready(()), 0));
}

#[test]
fn a_waiter_goes_on_sooner_when_pressure_falls() {
    let (gate, start) = (Gate::new(LIMIT, LIMIT), Instant::now());
    let mut waiting = pin!(gate.enter(start).unwrap().released());
    sample(&gate, LIMIT, after(start, 60));
    assert_eq!(poll(waiting.as_mut()), Poll::Pending);
    sample(&gate, 950, after(start, 61));
    assert_eq!(poll(waiting.as_mut()), Poll::Ready(()));
}

#[test]
fn a_waiter_goes_on_at_the_latest_after_the_longest_delay() {
    let (gate, start) = (Gate::new(LIMIT, 0), Instant::now());
    let mut waiting = pin!(gate.enter(start).unwrap().released());
    sample(&gate, usize::MAX, after(start, 99));
    assert_eq!(poll(waiting.as_mut()), Poll::Pending);
    sample(&gate, usize::MAX, after(start, 100));
    assert_eq!(poll(waiting.as_mut()), Poll::Ready(()));
}

#[test]
fn a_failed_reading_leaves_the_last_one_standing() {
    let (gate, now) = (Gate::new(LIMIT, 950), Instant::now());
    sample(&gate, None, now);
    assert_eq!(gate.usage_bytes(), 950);
    sample(&gate, 7, now);
    assert_eq!(gate.usage_bytes(), 7);
}

#[test]
fn a_dropped_waiter_leaves_nothing_behind() {
    let (gate, start) = (Gate::new(LIMIT, LIMIT), Instant::now());
    {
        let mut waiting = pin!(gate.enter(start).unwrap().released());
        assert_eq!(poll(waiting.as_mut()), Poll::Pending);
        let _never_polled = gate.enter(start).unwrap().released();
        assert_eq!(gate.waiting(), 2);
    }
    assert_eq!(gate.waiting(), 0);
    assert_eq!(sample(&gate, LIMIT, start), Some(WHILE_FILLING));
}

#[test]
fn closing_releases_everybody_and_lets_later_ones_through() {
    let (gate, start) = (Gate::new(LIMIT, LIMIT), Instant::now());
    let mut waiting = pin!(gate.enter(start).unwrap().released());
    assert_eq!(poll(waiting.as_mut()), Poll::Pending);
    gate.close();
    assert_eq!(poll(waiting.as_mut()), Poll::Ready(()));
    assert!(gate.enter(start).is_none());
    assert_eq!(sample(&gate, LIMIT, start), None);
}

#[test]
fn the_first_waiter_calls_the_sampling_thread_and_the_next_does_not() {
    let (gate, start) = (Gate::new(LIMIT, LIMIT), Instant::now());
    let attention = gate.attention();
    let _first = gate.enter(start).unwrap();
    assert!(called(attention));
    let attention = gate.attention();
    let _second = gate.enter(start).unwrap();
    assert!(!called(attention));
}

#[test]
fn closing_calls_the_sampling_thread_so_that_it_ends() {
    let gate = Gate::new(LIMIT, 0);
    let attention = gate.attention();
    gate.close();
    assert!(called(attention));
}

#[test]
fn samples_are_rare_until_somebody_waits() {
    let waiting = |milliseconds| Some(Duration::from_millis(milliseconds));
    assert_eq!(pause(499, LIMIT, None), WHILE_AT_EASE);
    assert_eq!(pause(500, LIMIT, None), WHILE_FILLING);
    assert_eq!(pause(LIMIT, LIMIT, waiting(80)), WHILE_WAITING);
    assert_eq!(pause(LIMIT, LIMIT, waiting(2)), Duration::from_millis(2));
    assert_eq!(pause(LIMIT, LIMIT, waiting(0)), CLOSEST);
}
