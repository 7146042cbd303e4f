//! Work on several threads at once, each on a core of its own as far as there are as many.

use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::Barrier;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use crate::conditions::time;

/// How long the slowest of `threads` threads takes for `work`, which all begin together.
///
/// Each calls `prepare` first and keeps what it gives until the end.
pub(super) fn at_once<P>(threads: usize, prepare: impl Fn() -> P + Sync, work: impl Fn() + Sync) -> Duration {
    let barrier = Barrier::new(threads);
    let run = |index| {
        keep_to_core(index);
        let _prepared = prepare();
        barrier.wait();
        time(&work)
    };
    let run = &run;
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|index| scope.spawn(move || run(index))).collect();
        running.into_iter().map(joined).max().unwrap_or_default()
    })
}

/// How long it takes until both of two threads are done, from when the first of them begins, which is when both are ready.
///
/// They look at the clock themselves: a third thread may not get to run before they are done.
pub(super) fn together<P>(
    prepare: impl Fn() -> P + Sync,
    first: impl FnOnce() + Send,
    second: impl FnOnce() + Send,
) -> Duration {
    let barrier = Barrier::new(2);
    let (barrier, prepare) = (&barrier, &prepare);
    thread::scope(|scope| {
        let first = scope.spawn(move || once_ready(0, barrier, prepare, first));
        let second = scope.spawn(move || once_ready(1, barrier, prepare, second));
        let (first, second) = (joined(first), joined(second));
        first.end.max(second.end).saturating_duration_since(first.start.min(second.start))
    })
}

fn once_ready<P>(
    index: usize,
    barrier: &Barrier,
    prepare: impl Fn() -> P,
    work: impl FnOnce(),
) -> Range<Instant> {
    keep_to_core(index);
    let _prepared = prepare();
    barrier.wait();
    let start = Instant::now();
    work();
    start..Instant::now()
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// Keeps this thread to one of the cores it may run on. On a busy machine two threads would otherwise share one, and not
/// get in each other's way.
#[cfg(target_os = "linux")]
fn keep_to_core(index: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    let Ok(allowed) = sched_getaffinity(None) else { return };
    let cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
    if let Some(core) = cores.cycle().nth(index) {
        let mut chosen = CpuSet::new();
        chosen.set(core);
        // If the system refuses, the numbers are noisier and no less true.
        let _ = sched_setaffinity(None, &chosen);
    }
}

#[cfg(not(target_os = "linux"))]
const fn keep_to_core(_index: usize) {}
