//! What a forked child finds: memory, and none of the threads that asked for it.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use memory_accounting::{
    ComponentRegistry, Enforcement, LimiterHealth, MemoryLimiter, Startup, StartupMode, StartupSettings,
};

use crate::{LIMIT, PATIENCE, grant, limiter_reading, poll_once, state};

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
fn what_was_promised_in_the_parent_is_not_merged_in_a_child() {
    let (limiter, _usage) = limiter_reading(0);
    let mut held = Some(limiter.try_reserve(600).unwrap());
    assert!(in_child(|| {
        let mut own = limiter.try_reserve(100).unwrap();
        let mut old = own.merge(held.take().unwrap()).unwrap_err();
        let own = old.merge(own).unwrap_err();
        assert_eq!((own.bytes(), old.bytes(), books(&limiter)), (100, 600, (2, 1, 100, 0)));
        drop((own, old));
        books(&limiter) == (2, 0, 0, 0)
    }));
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

#[test]
fn the_state_says_that_a_child_has_no_threads_until_somebody_waits() {
    let (limiter, _usage) = limiter_reading(LIMIT);
    assert_eq!(state(&limiter).health, LimiterHealth::Healthy);
    assert!(in_child(|| {
        let before = state(&limiter).health;
        assert!(state(&limiter).to_string().ends_with("its thread is not running"));
        assert!(poll_once(limiter.wait_for_capacity()).is_pending());
        (before, state(&limiter).health) == (LimiterHealth::NoThread, LimiterHealth::Healthy)
    }));
}

#[test]
fn a_watch_says_that_it_does_not_run_in_a_child() {
    let mut settings = StartupSettings::default();
    settings.limit_bytes = Some(1 << 40);
    settings.mode = StartupMode::Permissive;
    let registry = ComponentRegistry::default();
    let started = Startup::new(settings).begin(&registry).unwrap();
    let watch = started.watch(&registry, |_| ()).unwrap();
    assert!(watch.is_running());
    assert!(in_child(|| {
        let own = started.watch(&registry, |_| ()).unwrap();
        !watch.is_running() && own.is_running()
    }));
}

/// Sends the name of the thread that wakes it, and waits there until it may go on.
struct Holds {
    woken_by: Sender<Option<String>>,
    may_go_on: Mutex<Receiver<()>>,
}

impl Wake for Holds {
    fn wake(self: Arc<Self>) {
        let _ = self.woken_by.send(std::thread::current().name().map(str::to_owned));
        let _ = self.may_go_on.lock().unwrap().recv();
    }
}

static READINGS: AtomicU64 = AtomicU64::new(0);
static HAS_ENDED: AtomicBool = AtomicBool::new(false);

/// Notes that a thread ends which takes readings.
struct AtEnd;

impl Drop for AtEnd {
    fn drop(&mut self) {
        HAS_ENDED.store(true, Ordering::Relaxed);
    }
}

thread_local! {
    static AT_END: AtEnd = const { AtEnd };
}

/// The thread of the limiters holds none of them, or a copy of it would for ever.
#[test]
fn threads_of_a_child_end_that_was_forked_in_the_middle_of_a_look() {
    let source = || {
        AT_END.with(|_| READINGS.fetch_add(1, Ordering::Relaxed));
        Some(LIMIT)
    };
    let limiter = MemoryLimiter::builder(grant(1000)).with_usage_source(source).start().unwrap();
    // One is let through now and then, by the thread of the limiters or by the one that reads.
    let go_on = loop {
        let (woken_by, names) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let waker = Waker::from(Arc::new(Holds { woken_by, may_go_on: Mutex::new(may_go_on) }));
        let mut waits = Box::pin(limiter.wait_for_capacity());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        if names.recv_timeout(PATIENCE).unwrap().as_deref() == Some("memory-limiter") {
            break go_on;
        }
    };
    let mut limiter = Some(limiter);
    assert!(in_child(|| {
        let limiter = limiter.take().unwrap();
        READINGS.store(0, Ordering::Relaxed);
        assert!(poll_once(limiter.wait_for_capacity()).is_pending());
        let until = |condition: &dyn Fn() -> bool| {
            while !condition() {
                std::thread::yield_now();
            }
        };
        until(&|| READINGS.load(Ordering::Relaxed) > 0);
        drop(limiter);
        until(&|| HAS_ENDED.load(Ordering::Relaxed));
        true
    }));
    drop(go_on);
}
