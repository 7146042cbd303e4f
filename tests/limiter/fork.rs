//! What a forked child finds: memory, and none of the threads that asked for it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use memory_accounting::{ComponentRegistry, Enforcement, MemoryLimiter};

use crate::{limiter_reading, poll_once, state};

/// How long a child may take at most.
const SECONDS: libc::c_uint = 20;

/// Runs `work` in a forked child and says whether it was true there.
#[expect(unsafe_code, reason = "forks")]
pub(crate) fn in_child(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child goes on with a copy of this thread, and ends below.
    match unsafe { libc::fork() } {
        -1 => panic!("no child: {}", std::io::Error::last_os_error()),
        0 => {
            // SAFETY: only asks for a signal, so that a child that hangs ends.
            unsafe { libc::alarm(SECONDS) };
            let held = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(false);
            // SAFETY: ends the child without running what the parent registered for its end.
            unsafe { libc::_exit(i32::from(!held)) }
        }
        process => {
            let mut status = 0;
            // SAFETY: a child of this process, and a place of ours.
            assert_eq!(unsafe { libc::waitpid(process, &raw mut status, 0) }, process);
            status == 0
        }
    }
}

/// Reservations made, reservations that there are, bytes that are promised, and callers that wait.
fn books(limiter: &MemoryLimiter) -> (u64, u64, u64, usize) {
    let state = state(limiter);
    (state.counts.reserved, state.reservations, state.ledger.unfilled_bytes, state.waiting)
}

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn what_was_promised_in_the_parent_is_forgotten_in_a_child() {
    let (limiter, _usage) = limiter_reading(0);
    let held = limiter.try_reserve(600).unwrap();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut waits = pin!(limiter.reserve(500));
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let mut held = Some(held);
    assert!(in_child(|| {
        assert_eq!(books(&limiter), (1, 0, 0, 0));
        let mut old = held.take().unwrap();
        let own = limiter.try_reserve(900).unwrap();
        assert!(old.try_grow(500).is_ok(), "it counts nowhere");
        drop(old.split(100));
        assert!(limiter.try_reserve(200).is_err());
        drop(old);
        assert_eq!(books(&limiter), (2, 1, 900, 0));
        let mut second = pin!(limiter.reserve(200));
        assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(own);
        let Poll::Ready(Ok(second)) = second.poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it still waits")
        };
        assert_eq!(second.bytes(), 200);
        !woken.0.load(Ordering::Relaxed)
    }));
    assert_eq!(books(&limiter), (1, 1, 600, 1));
    drop(held);
    assert!(woken.0.load(Ordering::Relaxed));
    assert!(waits.poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

#[test]
fn a_reservation_that_is_dropped_first_thing_in_a_child_touches_nothing() {
    let (limiter, _usage) = limiter_reading(0);
    let held = limiter.try_reserve(600).unwrap();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut waits = Box::pin(limiter.reserve(500));
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let mut left = Some((held, waits));
    assert!(in_child(|| {
        drop(left.take());
        books(&limiter) == (1, 0, 0, 0) && !woken.0.load(Ordering::Relaxed)
    }));
    assert_eq!(books(&limiter), (1, 1, 600, 1));
}

#[test]
fn growth_that_waited_in_the_parent_goes_on_in_a_child_and_counts_nowhere() {
    let (limiter, _usage) = limiter_reading(0);
    let (mut grows, _other) = (limiter.try_reserve(500).unwrap(), limiter.try_reserve(400).unwrap());
    let mut growth = pin!(grows.grow(300));
    assert!(growth.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(in_child(|| { poll_once(growth.as_mut()).is_ready() && books(&limiter) == (2, 0, 0, 0) }));
    assert_eq!(books(&limiter), (2, 2, 900, 1));
}

#[test]
fn what_a_component_reserved_in_the_parent_is_forgotten_in_a_child() {
    let (limiter, _usage) = limiter_reading(0);
    let source = ComponentRegistry::default().get_or_create("source");
    source.bounds_builder().firm().with_fixed_amount("bytes", 500);
    let of_source = limiter.component(&source).with_enforcement(Enforcement::Always).start().unwrap();
    let held = of_source.try_reserve(400).unwrap();
    let reserved = || source.usage().reserved_bytes;
    let mut held = Some(held);
    assert!(in_child(|| {
        assert_eq!(reserved(), Some(0));
        let own = of_source.try_reserve(450).unwrap();
        drop(held.take());
        assert!(of_source.try_reserve(100).is_err());
        drop(own);
        reserved() == Some(0)
    }));
    assert!(of_source.try_reserve(200).is_err());
    assert_eq!(reserved(), Some(400));
    drop(held);
    assert_eq!(reserved(), Some(0));
}
