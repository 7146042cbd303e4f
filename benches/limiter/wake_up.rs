//! From what makes room until a caller that waited for it runs.

mod polling;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use memory_accounting::MemoryLimiter;

use crate::cgroup::policy::{Enforced, Policy, grant};
use crate::table;

/// So much that the C library always gives what is freed back to the system: from 32 MiB on.
const LIMIT_BYTES: usize = 64 * 1024 * 1024;

const SAMPLES: u32 = 3_000;

const GOAL_P50: Duration = Duration::from_micros(50);
const GOAL_P99: Duration = Duration::from_micros(200);

/// Longer than anybody waits here.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const HEAD: &str = "\
| from what makes room until a caller that waited for it runs | p50 | p99 | longest | of | goal: p50 ≤ 50 µs | goal: p99 ≤ 200 µs |
|---|--:|--:|--:|--:|---|---|";

/// How long it took, many times.
pub(crate) struct Row {
    name: &'static str,
    latencies: Latencies,
}

/// Shortest first.
struct Latencies(Vec<Duration>);

/// For each way to wait and to make room.
pub(crate) fn measure() -> Vec<Row> {
    let bytes = grant(LIMIT_BYTES).effective_limit_bytes();
    let Enforced::Reserve(limiter) = Policy::Reserve.enforce(LIMIT_BYTES) else { unreachable!() };
    let limiter = &limiter;
    let (half, three_quarters) = (bytes as u64 / 2, bytes / 4 * 3);
    let reserve = move |limiter: &MemoryLimiter| drop(limiter.reserve_blocking(half, PATIENCE).unwrap());
    let wait = |limiter: &MemoryLimiter| limiter.wait_for_capacity_blocking(PATIENCE).unwrap();
    let by_a_free = || Vec::<u8>::with_capacity(three_quarters);
    let by_a_drop = || limiter.try_reserve(three_quarters as u64).unwrap();
    let out_of_hard = || Vec::<u8>::with_capacity(bytes);
    let rows = [
        ("bare: a parked thread, by `unpark`", Latencies::of_unpark()),
        ("a reservation, by a free", Latencies::of(limiter, by_a_free, reserve)),
        ("a reservation, by the drop of another", Latencies::of(limiter, by_a_drop, reserve)),
        ("a caller that waits in `Hard`, by a free", Latencies::of(limiter, out_of_hard, wait)),
        ("polling: a caller that it holds back, by a free", polling::measure()),
    ];
    rows.map(|(name, latencies)| Row { name, latencies }).into()
}

impl Latencies {
    fn sorted(mut latencies: Vec<Duration>) -> Self {
        latencies.sort();
        Self(latencies)
    }

    /// Of callers that `ask` while what `fill` makes is there, until that is dropped.
    fn of<T>(
        limiter: &MemoryLimiter,
        fill: impl Fn() -> T,
        ask: impl Fn(&MemoryLimiter) + Send + 'static,
    ) -> Self {
        let caller = Caller::start({
            let limiter = limiter.clone();
            move || ask(&limiter)
        });
        let samples = (0..SAMPLES).filter_map(|sample| {
            let filled = fill();
            caller.ask();
            while limiter.state().is_some_and(|state| state.waiting == 0) {
                thread::sleep(Duration::from_micros(20));
            }
            thread::sleep(pause(sample));
            let room_at = Instant::now();
            drop(filled);
            caller.went_on().checked_duration_since(room_at)
        });
        Self::sorted(samples.collect())
    }

    /// Of a thread that waits for nothing but being woken: what the system takes.
    fn of_unpark() -> Self {
        let woken = Arc::new(AtomicBool::new(false));
        let caller = Caller::start({
            let woken = Arc::clone(&woken);
            move || {
                while !woken.swap(false, Ordering::Acquire) {
                    thread::park();
                }
            }
        });
        let samples = (0..SAMPLES).map(|sample| {
            caller.ask();
            thread::sleep(pause(sample));
            let room_at = Instant::now();
            woken.store(true, Ordering::Release);
            caller.thread.thread().unpark();
            caller.went_on().duration_since(room_at)
        });
        Self::sorted(samples.collect())
    }

    fn quantile(&self, hundredths: usize) -> Duration {
        let index = self.0.len().saturating_mul(hundredths) / 100;
        self.0.get(index).or(self.0.last()).copied().unwrap_or_default()
    }
}

/// Until all threads sleep that are to sleep: differently long, so that no clock of theirs falls in with it.
fn pause(sample: u32) -> Duration {
    Duration::from_micros(300 + u64::from(sample % 97) * 5)
}

/// A thread that asks when it is told to, and says when it went on.
struct Caller {
    asks: Sender<()>,
    went_on: Receiver<Instant>,
    thread: JoinHandle<()>,
}

impl Caller {
    fn start(ask: impl Fn() + Send + 'static) -> Self {
        let (asks, asked) = mpsc::channel();
        let (sender, went_on) = mpsc::channel();
        let thread = thread::spawn(move || {
            while asked.recv().is_ok() {
                ask();
                if sender.send(Instant::now()).is_err() {
                    break;
                }
            }
        });
        Self { asks, went_on, thread }
    }

    fn ask(&self) {
        self.asks.send(()).unwrap();
    }

    fn went_on(&self) -> Instant {
        self.went_on.recv().unwrap()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, latencies } = self;
        let [median, high, longest] = [50, 99, 100].map(|hundredths| latencies.quantile(hundredths));
        let of = latencies.0.len();
        write!(formatter, "| {name} | {median:.1?} | {high:.1?} | {longest:.1?} | {of} ")?;
        let verdict = |time: Duration, goal: Duration| table::verdict(time.as_secs_f64(), goal.as_secs_f64());
        write!(formatter, "| {} | {} |", verdict(median, GOAL_P50), verdict(high, GOAL_P99))
    }
}
