//! From a free that makes room until a caller that waited for it runs.

use std::fmt;
use std::pin::pin;
use std::sync::mpsc::{self, Receiver};
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::cgroup::policy::{Enforced, Policy, grant};

/// So much that the C library always gives what is freed back to the system: from 32 MiB on.
const LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// How often, and for how long at most: a limiter that polls takes a third of a second each time.
const SAMPLES: u32 = 1_000;
const TIME: Duration = Duration::from_secs(10);

/// How long it took, many times.
pub(crate) struct Latencies(Vec<Duration>);

/// For each policy.
pub(crate) fn measure() -> Vec<(String, Latencies)> {
    [Policy::Polling, Policy::Wait].map(|policy| (policy.to_string(), Latencies::of(policy))).into()
}

impl Latencies {
    fn of(policy: Policy) -> Self {
        let limiter = Watched::new(policy.enforce(LIMIT_BYTES));
        let start = Instant::now();
        let samples = (0..SAMPLES).take_while(|_| start.elapsed() < TIME);
        let mut latencies: Vec<_> = samples.filter_map(|sample| limiter.latency(full_for(sample))).collect();
        latencies.sort();
        Self(latencies)
    }

    fn quantile(&self, hundredths: usize) -> Duration {
        let index = self.0.len().saturating_mul(hundredths) / 100;
        self.0.get(index).or(self.0.last()).copied().unwrap_or_default()
    }
}

impl fmt::Display for Latencies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, high, longest] = [50, 99, 100].map(|hundredths| self.quantile(hundredths));
        write!(formatter, "{median:.0?} | {high:.0?} | {longest:.0?} | {}", self.0.len())
    }
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
        // With its pages, for a limiter that sees nothing else.
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
