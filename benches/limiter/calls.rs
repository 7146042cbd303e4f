//! A call that is not held back.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use memory_accounting::{MemoryGrant, MemoryLimiter};

/// Far more than this process uses.
const GRANT_BYTES: usize = 1 << 40;

const CALLS: u32 = 1_000_000;
const RUNS: u32 = 50;

/// Nanoseconds for each kind of call.
pub(crate) fn measure() -> Vec<(&'static str, f64)> {
    let limiter = MemoryLimiter::new(MemoryGrant::effective(GRANT_BYTES).unwrap()).unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let wait = || {
        let wait = pin!(black_box(&limiter).wait_for_capacity());
        assert_eq!(wait.poll(&mut context), Poll::Ready(()));
    };
    vec![("`wait_for_capacity`, one thread", fastest(wait))]
}

/// Nanoseconds for a call, in the fastest run: whatever else the machine did only ever made one slower.
fn fastest(mut call: impl FnMut()) -> f64 {
    let runs = (0..RUNS).map(|_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            call();
        }
        start.elapsed()
    });
    let fastest = runs.min().unwrap_or(Duration::MAX);
    fastest.as_secs_f64() * 1e9 / f64::from(CALLS)
}
