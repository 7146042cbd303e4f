//! The thread that takes readings for one limiter.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::admission::{Admission, Overview};
use super::hooks::Hooks;
use super::level::Level;
#[cfg(feature = "tracing")]
use super::level_events;
#[cfg(feature = "tracing")]
use super::level_events::LevelEvents;
use super::purging::Purging;
use super::settings::LimiterSettings;
use super::source::{Reading, Source};
use super::state::LimiterState;
use super::{limits, service};
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::OfThisProcess;

/// While somebody waits for what only a reading can tell.
const WHILE_WAITING: Duration = Duration::from_millis(2);

/// While so much is resident that what the allocator retains has to serve: where it does not, the kernel is near.
const WHILE_NEAR: Duration = Duration::from_millis(5);

/// While memory is scarce.
const WHILE_SCARCE: Duration = Duration::from_millis(20);

/// While half of the limit is in use, or more.
const WHILE_FILLING: Duration = Duration::from_millis(100);

const WHILE_AT_EASE: Duration = Duration::from_millis(250);

/// How long to wait for the first reading. They take microseconds, unless somebody's own source does not return.
const FIRST_READING: Duration = Duration::from_secs(1);

/// A limiter and the thread that reads for it.
#[derive(Debug)]
pub(super) struct Sampled {
    admission: Arc<Admission>,
    source: Source,
    hooks: Arc<Hooks>,
    level_interval: Duration,
    sampler: Arc<Sampler>,
}

/// Calls the thread that reads.
#[derive(Debug, Default)]
pub(super) struct Sampler(Mutex<Option<OfThisProcess<Thread>>>);

impl Sampler {
    /// Makes the thread take a reading.
    pub(super) fn attend(&self) {
        if let Some(thread) = lock(&self.0).as_ref().and_then(OfThisProcess::get) {
            thread.unpark();
        }
    }

    fn set(&self, thread: Option<Thread>) {
        *lock(&self.0) = thread.map(OfThisProcess::new);
    }
}

impl Sampled {
    pub(super) fn new(admission: Arc<Admission>, source: Source, settings: &LimiterSettings) -> Self {
        let level_interval = settings.level_report_interval();
        let hooks = Hooks::new(Arc::clone(&admission), source.clone(), level_interval);
        Self { admission, source, hooks, level_interval, sampler: Arc::default() }
    }

    pub(super) fn hooks(&self) -> &Arc<Hooks> {
        &self.hooks
    }

    /// What the limiter knows now.
    pub(super) fn state(&self) -> LimiterState {
        LimiterState::read(&self.admission, self.source.reads_anything(), self.hooks.states())
    }

    #[inline]
    pub(super) fn admission(&self) -> &Arc<Admission> {
        &self.admission
    }

    pub(super) fn sampler(&self) -> &Arc<Sampler> {
        &self.sampler
    }

    /// Has the thread go on that took the first reading.
    pub(super) fn goes_on(&self, sampling: Sampling) {
        let Sampling { thread, admission, .. } = sampling;
        self.sampler.set(Some(thread));
        // It waits for nothing else.
        let _ = admission.send((Arc::clone(&self.admission), self.level_interval));
    }

    /// Begins anew in a forked child. Without a thread, readings become stale, and what they said no longer counts.
    pub(super) fn restart(&self) {
        self.sampler.set(None);
        match Sampling::spawn(&self.source, None) {
            Ok(sampling) => self.goes_on(sampling),
            Err(_) => self.admission.counters.failed_readings.increment(),
        }
        self.hooks.restart();
    }
}

impl Drop for Sampled {
    fn drop(&mut self) {
        self.admission.close();
        self.hooks.close();
        #[cfg(feature = "tracing")]
        level_events::ended(&self.admission.overview(Instant::now()));
        self.sampler.attend();
        service::remove(&self.admission);
    }
}

/// The thread that reads, before there is a limiter.
#[derive(Debug)]
pub(super) struct Sampling {
    thread: Thread,
    first: Option<Reading>,
    /// Takes what to read for, and the least time between two events of one level.
    admission: SyncSender<(Arc<Admission>, Duration)>,
}

impl Sampling {
    /// Takes a first reading, and waits a while for it: one that blocks holds nobody, here neither. The thread ends when this is dropped.
    pub(super) fn begin(source: &Source, grant_bytes: u64) -> io::Result<Self> {
        let (taken, first) = mpsc::sync_channel(1);
        let sampling = Self::spawn(source, Some((grant_bytes, taken)))?;
        Ok(Self { first: first.recv_timeout(FIRST_READING).ok(), ..sampling })
    }

    fn spawn(source: &Source, first: Option<(u64, SyncSender<Reading>)>) -> io::Result<Self> {
        let source = source.clone();
        let (sender, admission) = mpsc::sync_channel::<(Arc<Admission>, Duration)>(1);
        let run = move || {
            let mut read = source.open();
            if let Some((grant_bytes, taken)) = first {
                // Who is not there any more has waited long enough.
                let _ = taken.send(caught(&mut read, grant_bytes));
            }
            if let Ok((admission, level_interval)) = admission.recv() {
                run(&admission, &source, read, level_interval);
            }
        };
        // At most 15 bytes, the most that Linux shows.
        let thread = thread::Builder::new().name("memory-sampler".to_owned());
        let handle = thread.spawn(move || AllocationGroupToken::root().scope(run))?;
        Ok(Self { thread: handle.thread().clone(), first: None, admission: sender })
    }

    /// The first reading; `None` where it takes too long.
    pub(super) fn take_first(&mut self) -> Option<Reading> {
        self.first.take()
    }
}

fn run(
    admission: &Admission,
    source: &Source,
    mut read: impl FnMut(u64) -> Reading,
    level_interval: Duration,
) {
    let mut purging = Purging::default();
    #[cfg(feature = "tracing")]
    let mut events = LevelEvents::new(level_interval);
    #[cfg(not(feature = "tracing"))]
    let _ = level_interval;
    let mut limit_bytes = admission.full_limit_bytes();
    while !admission.is_closed() {
        let mut reading = take(&mut read, admission);
        let mut now = Instant::now();
        let before = reading.resident;
        admission.sampled(reading, now);
        let mut overview = admission.overview(now);
        if overview.limits.full_bytes != limit_bytes {
            limit_bytes = overview.limits.full_bytes;
            service::bound_unreported();
        }
        if source.may_purge() && purging.is_due(&overview.ledger, &overview.limits, now) {
            let _ = catch_unwind(AssertUnwindSafe(|| source.purge()));
            reading = take(&mut read, admission);
            now = Instant::now();
            // Where one of them failed, it is not known.
            let freed =
                before.zip(reading.resident).map_or(0, |(before, after)| before.saturating_sub(after));
            admission.counters.purges.increment();
            admission.counters.purged_bytes.add(freed);
            admission.sampled(reading, now);
            overview = admission.overview(now);
            purging.purged(freed, &overview.ledger, &overview.limits, now);
        }
        #[cfg(feature = "tracing")]
        events.sampled(&overview, now);
        thread::park_timeout(pause(&overview, admission.is_sampled()));
        // Callers that come and go at once must not keep this thread busy.
        let soonest = now.checked_add(WHILE_WAITING).unwrap_or(now);
        thread::sleep(soonest.saturating_duration_since(Instant::now()));
    }
}

/// A reading; what fails is counted, also by a panic, and the other part carries on.
fn take(read: &mut dyn FnMut(u64) -> Reading, admission: &Admission) -> Reading {
    let reading = caught(read, admission.granted_bytes());
    if reading.failed {
        admission.counters.failed_readings.increment();
    }
    reading
}

/// A panic is a reading that failed.
fn caught(read: &mut dyn FnMut(u64) -> Reading, grant_bytes: u64) -> Reading {
    let reading = catch_unwind(AssertUnwindSafe(|| read(grant_bytes)));
    reading.unwrap_or(Reading { failed: true, ..Reading::default() })
}

/// How long to wait until the next reading, where `only_readings_tell` that there is room.
pub(super) fn pause(overview: &Overview, only_readings_tell: bool) -> Duration {
    if overview.waiting > 0 && only_readings_tell {
        return WHILE_WAITING;
    }
    let resident = overview.ledger.resident_bytes.unwrap_or(0);
    let held = overview.ledger.held_bytes().max(resident);
    if resident >= overview.limits.held.soft_ends {
        WHILE_NEAR
    } else if overview.level != Level::Normal || overview.waiting > 0 {
        WHILE_SCARCE
    } else if held >= limits::part(overview.limits.full_bytes, 50) {
        WHILE_FILLING
    } else {
        WHILE_AT_EASE
    }
}
