//! Calls that find room.

use std::hint::black_box;
use std::pin::pin;
use std::sync::Barrier;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use memory_accounting::{MemoryGrant, MemoryLimiter};

use crate::cgroup::policy::{Enforced, Policy};
use crate::table::{self, Row};

/// Far more than this process uses.
const GRANT_BYTES: usize = 1 << 40;

const CALLS: u32 = 100_000;
const ROUNDS: usize = 101;

/// What is reserved.
const BYTES: u64 = 64 * 1024;

pub(crate) const HEAD: &str = "\
| a call that finds room | median | quartiles | goal: at most | |
|---|--:|--:|--:|---|";

/// A kind of call, the nanoseconds it is to take at most, and how long many of them take.
type Call<'a> = (&'static str, Option<f64>, &'a dyn Fn() -> Duration);

/// Nanoseconds for each kind of call, in rounds that each make all of them.
pub(crate) fn measure() -> Vec<Row> {
    let limiter = MemoryLimiter::new(MemoryGrant::effective(GRANT_BYTES).unwrap()).unwrap();
    let limiter = &limiter;
    let Enforced::Polling(polling) = Policy::Polling.enforce(GRANT_BYTES) else { unreachable!() };
    let calls: [Call<'_>; 8] = [
        ("a call of an empty function", None, &|| one_thread(empty)),
        ("`check`", Some(2.0), &|| one_thread(|| assert!(black_box(limiter).check().is_ok()))),
        ("`wait_for_capacity`", None, &|| one_thread(|| ready(black_box(limiter).wait_for_capacity()))),
        ("the same of the limiter that polls", None, &|| {
            one_thread(|| ready(black_box(&polling).wait_for_capacity()))
        }),
        ("`try_reserve` and drop", Some(30.0), &|| one_thread(|| reserve(black_box(limiter)))),
        ("`reserve` and drop", Some(30.0), &|| {
            one_thread(|| drop(ready(black_box(limiter).reserve(BYTES)).unwrap()))
        }),
        ("`reserve`, a `scope` of nothing, and drop", None, &|| {
            one_thread(|| ready(black_box(limiter).reserve(BYTES)).unwrap().scope(|| black_box(())))
        }),
        ("`try_reserve` and drop, two threads at once", None, &|| two_threads(|| reserve(limiter))),
    ];
    let mut rounds: [Vec<f64>; 8] = Default::default();
    for _ in 0..ROUNDS {
        for ((_, _, run), nanoseconds) in calls.iter().zip(&mut rounds) {
            nanoseconds.push(run().as_secs_f64() * 1e9 / f64::from(CALLS));
        }
    }
    let rows = calls.iter().zip(rounds);
    rows.map(|((name, goal, _), rounds)| table::row(name, rounds, *goal, "ns")).collect()
}

#[inline(never)]
fn empty() {
    black_box(());
}

fn reserve(limiter: &MemoryLimiter) {
    drop(limiter.try_reserve(BYTES).unwrap());
}

/// What a future gives that is ready when it is first polled.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("there is room"),
    }
}

/// How long all calls take.
fn one_thread(call: impl Fn()) -> Duration {
    let start = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    start.elapsed()
}

/// The same where another thread makes as many calls.
fn two_threads(call: impl Fn() + Sync) -> Duration {
    let barrier = Barrier::new(2);
    let run = || {
        barrier.wait();
        one_thread(&call)
    };
    thread::scope(|scope| {
        let other = scope.spawn(run);
        run().max(other.join().unwrap())
    })
}
