//! The thread that lets callers through, one for all limiters of the process.
//!
//! It sleeps while nobody waits. While somebody does, the allocator wakes it as soon as live bytes fall below what the first of them needs,
//! and a timer when a delay is over. It runs no code of a user's but wakers.
//!
//! A forked child has no threads but the one that forked. So whoever is about to wait looks whether the process is another one by now, and
//! starts them again.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::admission::Attention;
use super::sampler::Sampled;
use crate::allocator::{AllocationGroupToken, limits};
use crate::lock::lock;
use crate::system::{OfThisProcess, fork_generation};

/// How often to look at what is live to the byte while somebody waits for less: threads do not report every free at once.
pub(super) const EXACTLY: Duration = Duration::from_millis(50);

/// The least time between two looks by the clock.
pub(super) const CLOSEST: Duration = Duration::from_micros(500);

static SERVICE: Mutex<Service> = Mutex::new(Service { generation: 0, thread: None, limiters: Vec::new() });

/// Whether the thread was called and has not looked since.
static CALLED: AtomicBool = AtomicBool::new(false);

/// The generation of the [`Service`], to be looked at without its lock.
static GENERATION: AtomicU32 = AtomicU32::new(0);

struct Service {
    /// In which generation of the process the threads were started last: a forked child is another than its parent.
    generation: u32,
    thread: Option<OfThisProcess<Thread>>,
    limiters: Vec<Weak<Sampled>>,
}

/// Serves `limiter` from now on.
pub(super) fn register(limiter: &Arc<Sampled>) -> io::Result<()> {
    ensure_running();
    let mut service = lock(&SERVICE);
    if service.thread_here().is_none() {
        service.thread = Some(start()?);
    }
    service.limiters.push(Arc::downgrade(limiter));
    drop(service);
    bound_unreported();
    Ok(())
}

impl Service {
    /// Where whoever waits first in a forked child has not started the threads, they are not there.
    fn is_of_this_process(&self) -> bool {
        self.generation == fork_generation()
    }

    fn thread_here(&self) -> Option<&Thread> {
        self.thread.as_ref()?.get()
    }
}

/// Makes the thread look: it waits for what is not the soonest any more, or a limiter is gone.
pub(super) fn attend() {
    let thread = {
        let mut service = lock(&SERVICE);
        if !service.is_of_this_process() {
            return;
        }
        // It ended by a panic in a waker's own code.
        if service.thread_here().is_none() && !service.limiters.is_empty() {
            service.thread = AllocationGroupToken::root().scope(start).ok();
        }
        service.thread_here().cloned()
    };
    if let Some(thread) = thread {
        CALLED.store(true, Ordering::Release);
        thread.unpark();
    }
}

/// Has threads report often enough for the smallest limit there is: together they hold back a hundredth of it.
pub(super) fn bound_unreported() {
    let limiters = lock(&SERVICE).limiters.clone();
    let bytes =
        limiters.iter().filter_map(Weak::upgrade).map(|limiter| limiter.admission().full_limit_bytes());
    limits::bound_unreported(bytes.min().map_or(u64::MAX, |bytes| bytes / 100));
}

/// Starts in a forked child what ran in its parent.
pub(super) fn ensure_running() {
    if GENERATION.load(Ordering::Relaxed) == fork_generation() {
        return;
    }
    AllocationGroupToken::root().scope(|| {
        let (limiters, runs) = {
            let mut service = lock(&SERVICE);
            if service.is_of_this_process() {
                return;
            }
            service.thread = if service.limiters.is_empty() { None } else { start().ok() };
            service.generation = fork_generation();
            GENERATION.store(service.generation, Ordering::Relaxed);
            (service.limiters.clone(), service.thread.is_some())
        };
        for limiter in limiters.iter().filter_map(Weak::upgrade) {
            limiter.restart();
            if !runs {
                // Who would let them through?
                limiter.admission().close();
            }
        }
    });
}

/// Whether the thread runs in this process.
pub(super) fn is_running() -> bool {
    lock(&SERVICE).thread_here().is_some()
}

fn start() -> io::Result<OfThisProcess<Thread>> {
    // At most 15 bytes, the most that Linux shows.
    let thread = thread::Builder::new().name("memory-limiter".to_owned());
    let handle = thread.spawn(|| AllocationGroupToken::root().scope(run))?;
    Ok(OfThisProcess::new(handle.thread().clone()))
}

fn run() {
    let _ended = Ended;
    limits::set_waker(thread::current());
    let mut exactly_at = Instant::now();
    loop {
        let now = Instant::now();
        let exactly = now >= exactly_at;
        if exactly {
            exactly_at = now.checked_add(EXACTLY).unwrap_or(now);
        }
        let Some(attention) = look(exactly) else { break };
        let waits_for_live = match attention.live_below {
            // Where less is live already, that was freed after the look.
            Some(below) if limits::wake_when_below(below) < below => {
                limits::disarm();
                continue;
            }
            below => below.is_some(),
        };
        let soonest = Instant::now().checked_add(CLOSEST);
        let at = [attention.at, waits_for_live.then_some(exactly_at)].into_iter().flatten().min();
        let until = at.max(at.and(soonest));
        // Others may have used the thread's wake-up for something else.
        while !CALLED.swap(false, Ordering::Acquire) && (!waits_for_live || limits::is_armed()) {
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                Some(left) if left.is_zero() => break,
                Some(left) => thread::park_timeout(left),
                None => thread::park(),
            }
        }
        limits::disarm();
    }
    bound_unreported();
}

/// Says that the thread is not there any more, also after a panic.
struct Ended;

impl Drop for Ended {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&SERVICE).thread = None;
        }
    }
}

/// Lets through whom there is room for. `None` once there is no limiter any more; then the thread is no longer the one of the service.
fn look(exactly: bool) -> Option<Attention> {
    let limiters: Vec<Arc<Sampled>> = {
        let mut service = lock(&SERVICE);
        service.limiters.retain(|limiter| limiter.strong_count() > 0);
        if service.limiters.is_empty() {
            service.thread = None;
            return None;
        }
        service.limiters.iter().filter_map(Weak::upgrade).collect()
    };
    let mut all = Attention::default();
    for limiter in &limiters {
        let now = Instant::now();
        let attention = if exactly && limiter.admission().waiting() > 0 {
            limiter.admission().attend_exactly(now)
        } else {
            limiter.admission().attend(now)
        };
        if limiter.admission().waiting() > 0 && limiter.admission().is_sampled() {
            limiter.attend();
        }
        all.at = [all.at, attention.at].into_iter().flatten().min();
        all.live_below =
            all.live_below.max(attention.live_below.filter(|_| !limiter.admission().is_sampled()));
    }
    Some(all)
}
