//! The thread that lets callers through, one for all limiters of the process.
//!
//! It sleeps while nobody waits. While somebody does, the allocator wakes it as soon as live bytes fall below what the first of them needs,
//! and a timer when a delay is over; and when the process comes to a new peak, to look who holds what ([`Growth`]). It runs no code of a user's but wakers: one that blocks keeps all callers waiting. Who else looks calls
//! those of whom it lets through as well.
//!
//! A forked child has no threads but the one that forked. So whoever is about to wait looks whether the process is another one by now, and
//! starts them again.

use std::io;
#[cfg(feature = "testing")]
use std::sync::atomic::AtomicU64;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::admission::{Admission, Attention};
use super::growth::Growth;
use super::sampler::{Sampled, Sampler};
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

/// Whoever bounds what threads hold back.
static BOUNDING: Mutex<()> = Mutex::new(());

struct Service {
    /// In which generation of the process the threads were started last: a forked child is another than its parent.
    generation: u32,
    thread: Option<OfThisProcess<Thread>>,
    limiters: Vec<Served>,
}

/// A limiter, as long as it is there.
///
/// The limiter itself is not kept alive, not even while it is looked at: a child that is forked meanwhile has a copy of all that the threads
/// of its parent have, and nobody to drop it.
#[derive(Clone)]
struct Served {
    limiter: Weak<Sampled>,
    admission: Arc<Admission>,
    sampler: Arc<Sampler>,
}

/// Serves `limiter` from now on, until it is [removed](remove).
pub(super) fn register(limiter: &Arc<Sampled>) -> io::Result<()> {
    ensure_running();
    let mut service = lock(&SERVICE);
    if service.thread_here().is_none() {
        service.thread = Some(start()?);
    }
    service.limiters.push(Served {
        limiter: Arc::downgrade(limiter),
        admission: Arc::clone(limiter.admission()),
        sampler: Arc::clone(limiter.sampler()),
    });
    drop(service);
    bound_unreported();
    Ok(())
}

/// Serves the limiter of `admission` no more.
pub(super) fn remove(admission: &Arc<Admission>) {
    let removed = {
        let mut service = lock(&SERVICE);
        let place = service.limiters.iter().position(|served| Arc::ptr_eq(&served.admission, admission));
        place.map(|place| service.limiters.remove(place))
    };
    drop(removed);
    bound_unreported();
    // It ends where there are no others.
    attend();
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

/// Has threads report often enough for the smallest limit there is: sixteen of them together hold back a hundredth of it, and more of them what
/// [`limits::bound_unreported`] says.
pub(super) fn bound_unreported() {
    // Held until the bound is set: one that was computed before another limiter came must not be set after that one's.
    let _alone = lock(&BOUNDING);
    let limiters = lock(&SERVICE).limiters.clone();
    let bytes = limiters.iter().map(|limiter| limiter.admission.full_limit_bytes()).min();
    limits::bound_unreported(bytes.map_or(u64::MAX, |bytes| bytes / 100));
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
        for Served { limiter, admission, .. } in limiters {
            if let Some(limiter) = limiter.upgrade() {
                limiter.restart();
            }
            if !runs {
                // Who would let them through?
                admission.close();
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
    let mut growth = Growth::new(exactly_at);
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
        let growth_at = growth.attend(Instant::now());
        let soonest = Instant::now().checked_add(CLOSEST);
        let at =
            [attention.at, waits_for_live.then_some(exactly_at), Some(growth_at)].into_iter().flatten().min();
        let until = at.max(at.and(soonest));
        // Others may have used the thread's wake-up for something else.
        while !CALLED.swap(false, Ordering::Acquire) {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            let is_over = left.is_some_and(|left| left.is_zero());
            let is_freed = waits_for_live && !limits::is_armed();
            #[cfg(feature = "testing")]
            if is_freed && !is_over {
                FREES_THAT_WOKE.fetch_add(1, Ordering::Relaxed);
            }
            if is_freed || is_over || growth.is_woken() {
                break;
            }
            left.map_or_else(thread::park, thread::park_timeout);
        }
        limits::disarm();
    }
}

#[cfg(feature = "testing")]
static FREES_THAT_WOKE: AtomicU64 = AtomicU64::new(0);

/// How often the thread was woken by a free, and not by the clock or by a caller. It would find the same room a little later by itself.
#[cfg(feature = "testing")]
pub fn frees_that_woke() -> u64 {
    FREES_THAT_WOKE.load(Ordering::Relaxed)
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
    let limiters = {
        let mut service = lock(&SERVICE);
        if service.limiters.is_empty() {
            service.thread = None;
            return None;
        }
        service.limiters.clone()
    };
    let mut all = Attention::default();
    for Served { admission, sampler, .. } in &limiters {
        let now = Instant::now();
        let attention = if exactly && admission.waiting() > 0 {
            admission.attend_exactly(now)
        } else {
            admission.attend(now)
        };
        if admission.waiting() > 0 && admission.is_sampled() {
            sampler.attend();
        }
        all.at = [all.at, attention.at].into_iter().flatten().min();
        all.live_below = all.live_below.max(attention.live_below.filter(|_| !admission.is_sampled()));
    }
    Some(all)
}
