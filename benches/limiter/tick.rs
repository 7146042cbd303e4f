//! What a limiter's own threads take while nobody calls.

use std::collections::HashSet;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::Duration;

use crate::cgroup::policy::{Policy, grant};
use crate::table::{self, Row};

const RESIDENT_BYTES: usize = 4 << 30;

/// Of which so much is held that memory is scarce, and a limiter looks as often as it does.
const LIMIT_BYTES: usize = RESIDENT_BYTES / 3 * 4;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(600);

pub(crate) const HEAD: &str = "\
| a sampling tick with 4 GiB resident | median | quartiles | goal: at most | |
|---|--:|--:|--:|---|";

/// As long as a limiter sleeps while memory is scarce.
const SLEEP: Duration = Duration::from_millis(20);

/// Microseconds of processor time from one sleep to the next, for each limiter, and for a thread that does nothing but sleep.
pub(crate) fn measure() -> Vec<Row> {
    let held = vec![1_u8; RESIDENT_BYTES];
    assert!(held.len() < grant(LIMIT_BYTES).effective_limit_bytes());
    let mut all = vec![table::row("sleeping alone", sleeping_alone(), None, "µs")];
    // The one that polls comes last: it goes through all pages, and its last tick goes on for a while.
    let rows = [("ours", Policy::Wait, Some(20.0)), ("polling", Policy::Polling, None)].map(
        |(name, policy, goal)| {
            let before = threads();
            let limiter = policy.enforce(LIMIT_BYTES);
            let own: Vec<PathBuf> = threads().difference(&before).cloned().collect();
            // Past what it does once.
            thread::sleep(ROUND);
            let ticks = (0..ROUNDS).map(|_| microseconds(&own)).collect();
            drop(limiter);
            table::row(name, ticks, goal, "µs")
        },
    );
    drop(black_box(held));
    all.extend(rows);
    all
}

/// What the system takes for sleeping and waking up, which is part of every tick.
fn sleeping_alone() -> Vec<f64> {
    let before = threads();
    let (stop, stopped) = mpsc::channel::<()>();
    let sleeper = thread::spawn(move || {
        while stopped.try_recv() == Err(TryRecvError::Empty) {
            thread::park_timeout(SLEEP);
        }
    });
    thread::sleep(ROUND);
    let own: Vec<PathBuf> = threads().difference(&before).cloned().collect();
    let ticks = (0..ROUNDS).map(|_| microseconds(&own)).collect();
    drop(stop);
    sleeper.join().unwrap();
    ticks
}

/// The directories in which the kernel tells about the threads of this process.
fn threads() -> HashSet<PathBuf> {
    fs::read_dir("/proc/self/task").unwrap().map(|thread| thread.unwrap().path()).collect()
}

/// Processor time of `threads` for each time that one of them went to sleep, during a round.
fn microseconds(threads: &[PathBuf]) -> f64 {
    let read = || {
        let nanoseconds: u64 = threads.iter().map(|thread| nanoseconds(thread)).sum();
        let sleeps: u64 = threads.iter().map(|thread| sleeps(thread)).sum();
        (nanoseconds, sleeps)
    };
    let (nanoseconds_before, sleeps_before) = read();
    thread::sleep(ROUND);
    let (nanoseconds, sleeps) = read();
    let took = Duration::from_nanos(nanoseconds - nanoseconds_before);
    let ticks = u32::try_from(sleeps - sleeps_before).unwrap();
    took.as_secs_f64() * 1e6 / f64::from(ticks)
}

fn nanoseconds(thread: &Path) -> u64 {
    let text = fs::read_to_string(thread.join("schedstat")).unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

fn sleeps(thread: &Path) -> u64 {
    let text = fs::read_to_string(thread.join("status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    line.trim().parse().unwrap()
}
