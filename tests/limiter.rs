//! Backpressure with a tracking allocator, real threads and a real runtime.
//!
//! Timeouts are only there to fail instead of hanging.

use std::alloc::System;
use std::future::{Future, poll_fn};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, TrackingAllocator,
};
use memory_accounting::{MemoryGrant, MemoryLimiter, Pressure, PressureLevel};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

const LIMIT: usize = 1000;

fn grant(bytes: usize) -> MemoryGrant {
    MemoryGrant::effective(bytes).unwrap()
}

/// A limiter of [`LIMIT`] bytes and the usage it reads.
fn limiter_reading(usage: usize) -> (MemoryLimiter, Arc<AtomicUsize>) {
    let usage = Arc::new(AtomicUsize::new(usage));
    let source = Arc::clone(&usage);
    let limiter =
        MemoryLimiter::with_usage_source(grant(LIMIT), move || Some(source.load(Ordering::Relaxed))).unwrap();
    (limiter, usage)
}

fn poll_once(future: impl Future<Output = ()>) -> Poll<()> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

async fn within_patience<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("it ends by itself")
}

/// Waits until a call to `wait_for_capacity` returns at once.
async fn until_there_is_room(limiter: &MemoryLimiter) {
    within_patience(async {
        while poll_once(limiter.wait_for_capacity()).is_pending() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn allocations_over_the_grant_make_callers_wait_and_freeing_lets_them_go_on() {
    const MEBIBYTE: usize = 1024 * 1024;
    // Its pages are never touched, so that only the tracking allocator sees it.
    let held = black_box(vec![0_u8; 256 * MEBIBYTE]);
    let limiter = MemoryLimiter::new(grant(256 * MEBIBYTE)).unwrap();
    assert!(limiter.usage_bytes().unwrap() >= 256 * MEBIBYTE);
    assert_eq!(limiter.pressure().level(), PressureLevel::Full);
    assert!(poll_once(limiter.wait_for_capacity()).is_pending());
    // Over the limit a caller goes on as well, only later.
    within_patience(limiter.wait_for_capacity()).await;
    assert_eq!(limiter.pressure().level(), PressureLevel::Full);
    drop(held);
    until_there_is_room(&limiter).await;
    assert_eq!(limiter.pressure(), Pressure::NONE);
    assert!(limiter.usage_bytes().unwrap() < 230 * MEBIBYTE);
}

#[test]
fn with_room_nobody_waits() {
    let (limiter, _) = limiter_reading(LIMIT / 2);
    assert_eq!((limiter.usage_bytes(), limiter.limit_bytes()), (Some(LIMIT / 2), Some(LIMIT)));
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
}

#[test]
fn a_noop_limiter_never_waits_and_knows_nothing() {
    let limiter = MemoryLimiter::noop();
    assert_eq!(poll_once(limiter.wait_for_capacity()), Poll::Ready(()));
    assert_eq!((limiter.usage_bytes(), limiter.limit_bytes()), (None, None));
    assert_eq!((limiter.pressure(), limiter.waiting()), (Pressure::NONE, 0));
    assert_eq!(format!("{limiter:?}"), "MemoryLimiter::noop");
}

#[test]
fn there_is_no_limiter_where_usage_cannot_be_read() {
    assert!(MemoryLimiter::with_usage_source(grant(LIMIT), || None).is_none());
}

#[test]
fn a_caller_that_waits_is_counted() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    // It goes on after a while, which may be over before this thread has its turn again; not each time.
    let seen = (0..100).any(|_| {
        let mut wait = pin!(limiter.wait_for_capacity());
        assert!(wait.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        limiter.waiting() == 1
    });
    assert!(seen);
}

#[test]
fn dropping_futures_leaves_nothing_behind() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    for _ in 0..1000 {
        assert!(poll_once(limiter.wait_for_capacity()).is_pending());
    }
    assert_eq!(limiter.waiting(), 0);
}

/// Waits for capacity, and tells `waiting` that it did not go on at once.
async fn wait_and_tell(limiter: MemoryLimiter, waiting: Arc<AtomicUsize>) {
    let mut wait = pin!(limiter.wait_for_capacity());
    let first = poll_fn(|context| Poll::Ready(wait.as_mut().poll(context))).await;
    assert!(first.is_pending());
    waiting.fetch_add(1, Ordering::Relaxed);
    wait.await;
}

/// Until `number` have told that they wait.
async fn until_waiting(waiting: &AtomicUsize, number: usize) {
    within_patience(async {
        while waiting.load(Ordering::Relaxed) < number {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clones_wait_together_and_are_all_released() {
    const CALLERS: usize = 100;
    let (limiter, usage) = limiter_reading(LIMIT);
    let waiting = Arc::new(AtomicUsize::new(0));
    let callers = (0..CALLERS).map(|_| tokio::spawn(wait_and_tell(limiter.clone(), Arc::clone(&waiting))));
    let callers: Vec<_> = callers.collect();
    until_waiting(&waiting, CALLERS).await;
    usage.store(0, Ordering::Relaxed);
    for caller in callers {
        within_patience(caller).await.unwrap();
    }
    until_there_is_room(&limiter.clone()).await;
    assert_eq!((limiter.usage_bytes(), limiter.waiting()), (Some(0), 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_does_not_hold_up_the_others() {
    let (limiter, usage) = limiter_reading(LIMIT);
    let waiting = Arc::new(AtomicUsize::new(0));
    let (cancelled, told) = (limiter.clone(), Arc::clone(&waiting));
    let cancelled = tokio::spawn(async move {
        loop {
            wait_and_tell(cancelled.clone(), Arc::clone(&told)).await;
        }
    });
    until_waiting(&waiting, 1).await;
    let others = Arc::new(AtomicUsize::new(0));
    let other = tokio::spawn(wait_and_tell(limiter.clone(), Arc::clone(&others)));
    until_waiting(&others, 1).await;
    cancelled.abort();
    assert!(within_patience(cancelled).await.unwrap_err().is_cancelled());
    usage.store(0, Ordering::Relaxed);
    within_patience(other).await.unwrap();
    assert_eq!(limiter.waiting(), 0);
}

/// Sends when it is dropped, which is when the thread that reads the usage ends.
struct Ended(mpsc::Sender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[test]
fn the_thread_ends_with_the_last_clone() {
    let (on_end, ended) = mpsc::channel();
    let on_end = Ended(on_end);
    let (sender, samples) = mpsc::channel();
    let limiter = MemoryLimiter::with_usage_source(grant(LIMIT), move || {
        let _owned = &on_end;
        let _ = sender.send(());
        Some(LIMIT)
    })
    .unwrap();
    let clone = limiter.clone();
    drop(limiter);
    while samples.try_recv().is_ok() {}
    // The first may have been under way when the other clone was dropped, the second was not.
    for _ in 0..2 {
        samples.recv_timeout(PATIENCE).unwrap();
    }
    assert_eq!(ended.try_recv(), Err(mpsc::TryRecvError::Empty));
    drop(clone);
    ended.recv_timeout(PATIENCE).unwrap();
}

#[tokio::test]
async fn a_source_that_panics_lets_everybody_through() {
    let panics = Arc::new(AtomicBool::new(false));
    let source = Arc::clone(&panics);
    let limiter = MemoryLimiter::with_usage_source(grant(LIMIT), move || {
        assert!(!source.load(Ordering::Relaxed), "on purpose");
        Some(LIMIT)
    })
    .unwrap();
    assert!(poll_once(limiter.wait_for_capacity()).is_pending());
    panics.store(true, Ordering::Relaxed);
    until_there_is_room(&limiter).await;
}

#[test]
fn what_the_limiter_allocates_counts_to_the_root() {
    let component = AllocationGroupRegistry::global().register_allocation_group("maker of a limiter");
    let (sender, groups) = mpsc::channel();
    let source = move || {
        let _ = sender.send(AllocationGroupToken::current());
        Some(LIMIT)
    };
    let limiter = component.scope(|| MemoryLimiter::with_usage_source(grant(LIMIT), source)).unwrap();
    let (first, by_the_thread) =
        (groups.recv_timeout(PATIENCE).unwrap(), groups.recv_timeout(PATIENCE).unwrap());
    assert_eq!([first, by_the_thread], [AllocationGroupToken::root(); 2]);
    component.scope(|| assert!(poll_once(limiter.wait_for_capacity()).is_pending()));
    drop(limiter);
    assert_eq!(component.stats(), AllocationStatsSnapshot::empty());
}
