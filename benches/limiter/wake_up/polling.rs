//! The limiter that polls, which takes a third of a second each time.

use std::pin::pin;
use std::sync::mpsc::{self, Receiver};
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::{LIMIT_BYTES, Latencies};
use crate::cgroup::policy::{Enforced, Policy, grant};

const TIME: Duration = Duration::from_secs(10);

pub(super) fn measure() -> Latencies {
    let limiter = Watched::new(Policy::Polling.enforce(LIMIT_BYTES));
    let start = Instant::now();
    let samples = (0..).take_while(|_| start.elapsed() < TIME);
    Latencies::sorted(samples.filter_map(|sample| limiter.latency(full_for(sample))).collect())
}

/// How long the caller waits before there is room: any part of what a clock of the limiter may go by.
fn full_for(sample: u32) -> Duration {
    Duration::from_millis(5) + Duration::from_micros(370) * (sample % 100)
}

/// A limiter that is asked from outside of a runtime too.
struct Watched {
    limiter: Enforced,
    runtime: Runtime,
}

impl Watched {
    fn new(limiter: Enforced) -> Self {
        Self { limiter, runtime: Builder::new_current_thread().enable_all().build().unwrap() }
    }

    /// `None` where the caller was let through before there was room, as limiters do from time to time.
    fn latency(&self, full_for: Duration) -> Option<Duration> {
        self.until(true);
        // With its pages: it sees nothing else.
        let held = vec![1_u8; grant(LIMIT_BYTES).effective_limit_bytes()];
        self.until(false);
        let went_on = call(self.limiter.clone());
        thread::sleep(full_for);
        let freed = Instant::now();
        drop(held);
        went_on.recv().ok()?.checked_duration_since(freed)
    }

    /// Until a call goes through at once, or does not.
    fn until(&self, open: bool) {
        while self.is_open() != open {
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn is_open(&self) -> bool {
        let _entered = self.runtime.enter();
        let call = pin!(self.limiter.allocate(1));
        call.poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }
}

/// Calls on another thread, and sends when the call came back.
fn call(limiter: Enforced) -> Receiver<Instant> {
    let (sender, went_on) = mpsc::channel();
    thread::spawn(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(limiter.allocate(1));
        sender.send(Instant::now())
    });
    went_on
}
