//! What a program registers: hooks that give memory back, and callbacks that are told of the level.
//!
//! ```text
//! admission → shortage → the hooks' thread → a thread for each hook
//!                              ^                     |
//!                              '------ is done ------'
//! ```
//!
//! One thread for each limiter decides whom to ask and runs no code of the program's, so it is never late. It starts with the first hook,
//! and all end with the limiter.

mod backoff;
mod levels;
mod reclaim;
mod registration;
mod rounds;
mod worker;

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub use self::levels::LevelReport;
pub use self::reclaim::{HookState, ReclaimHook, ReclaimRequest};
pub use self::registration::HookRegistration;

use self::levels::Listener;
#[cfg(feature = "tracing")]
pub(super) use self::levels::News;
use self::reclaim::Reclaimer;
use self::registration::Registered;
use self::rounds::Rounds;
use self::worker::{Callback, Work};
use super::admission::Admission;
use super::component::Component;
use super::level::Level;
use super::settings::LimiterMode;
use super::source::Source;
use super::state::LimiterState;
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::OfThisProcess;

/// The hooks of one limiter.
#[derive(Debug)]
pub(super) struct Hooks {
    admission: Arc<Admission>,
    source: Source,
    /// How often at most one level is told.
    level_interval: Duration,
    /// By priority.
    reclaimers: Mutex<Vec<Arc<Reclaimer>>>,
    listeners: Mutex<Vec<Arc<Listener>>>,
    /// That the thread runs.
    running: Mutex<Option<OfThisProcess<()>>>,
}

impl Hooks {
    pub(super) fn new(admission: Arc<Admission>, source: Source, level_interval: Duration) -> Arc<Self> {
        Arc::new(Self {
            admission,
            source,
            level_interval,
            reclaimers: Mutex::default(),
            listeners: Mutex::default(),
            running: Mutex::default(),
        })
    }

    /// Registers `hook`, of `component` where it belongs to one.
    pub(super) fn on_reclaim(
        self: &Arc<Self>,
        hook: ReclaimHook,
        component: Option<Arc<Component>>,
    ) -> io::Result<HookRegistration> {
        let (admission, source) = (Arc::clone(&self.admission), self.source.clone());
        let reclaimer = Arc::new(Reclaimer::new(hook, component, admission, source));
        self.ensure_running()?;
        worker::start(&reclaimer)?;
        // Where nothing is scarce, nobody else comes by.
        drop(self.with_owner());
        {
            let mut reclaimers = lock(&self.reclaimers);
            let at = reclaimers.partition_point(|other| other.priority <= reclaimer.priority);
            reclaimers.insert(at, Arc::clone(&reclaimer));
        }
        self.admission.shortage.call();
        Ok(HookRegistration::new(self, Registered::Reclaimer(Arc::downgrade(&reclaimer))))
    }

    pub(super) fn on_level(
        self: &Arc<Self>,
        callback: Callback<LevelReport>,
    ) -> io::Result<HookRegistration> {
        let listener = Arc::new(Listener::new(callback, Arc::clone(&self.admission), self.level_interval));
        self.ensure_running()?;
        worker::start(&listener)?;
        lock(&self.listeners).push(Arc::clone(&listener));
        self.admission.shortage.call();
        Ok(HookRegistration::new(self, Registered::Listener(Arc::downgrade(&listener))))
    }

    fn remove_reclaimer(&self, reclaimer: &Arc<Reclaimer>) {
        lock(&self.reclaimers).retain(|other| !Arc::ptr_eq(other, reclaimer));
        reclaimer.worker().close();
    }

    fn remove_listener(&self, listener: &Arc<Listener>) {
        lock(&self.listeners).retain(|other| !Arc::ptr_eq(other, listener));
        listener.worker().close();
    }

    /// Those to be asked, in order: those first whose components are over their bounds, the one furthest over before the others.
    fn in_order(&self) -> VecDeque<Arc<Reclaimer>> {
        let mut hooks = self.with_owner();
        hooks.sort_by_cached_key(|hook| Reverse(hook.over_use()));
        hooks.into()
    }

    /// All by priority. Removes those whose owner is gone.
    fn with_owner(&self) -> Vec<Arc<Reclaimer>> {
        let all = lock(&self.reclaimers).clone();
        let (orphans, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|hook| hook.is_orphan());
        for orphan in orphans {
            self.remove_reclaimer(&orphan);
        }
        others
    }

    pub(super) fn states(&self) -> Vec<HookState> {
        self.with_owner().iter().map(|hook| hook.state()).collect()
    }

    fn reclaimed_bytes(&self) -> u64 {
        self.admission.counters.reclaimed_bytes.get()
    }

    fn ensure_running(self: &Arc<Self>) -> io::Result<()> {
        let mut running = lock(&self.running);
        if running.as_ref().and_then(OfThisProcess::get).is_some() {
            return Ok(());
        }
        let hooks = Arc::clone(self);
        // At most 15 bytes, the most that Linux shows.
        let thread = thread::Builder::new().name("memory-reclaim".to_owned());
        let handle = thread.spawn(move || AllocationGroupToken::root().scope(|| run(&hooks)))?;
        *running = Some(OfThisProcess::new(()));
        drop(running);
        self.admission.shortage.watched_by(handle.thread().clone());
        Ok(())
    }

    /// Begins anew in a forked child. A thread that cannot be had is shown in the state.
    pub(super) fn restart(self: &Arc<Self>) {
        let (reclaimers, listeners) = (lock(&self.reclaimers).clone(), lock(&self.listeners).clone());
        if reclaimers.is_empty() && listeners.is_empty() {
            return;
        }
        for reclaimer in &reclaimers {
            let _ = worker::start(reclaimer);
        }
        for listener in &listeners {
            let _ = worker::start(listener);
        }
        let _ = self.ensure_running();
    }

    /// The limiter is gone, and its admission closed.
    pub(super) fn close(&self) {
        let reclaimers = std::mem::take(&mut *lock(&self.reclaimers));
        let listeners = std::mem::take(&mut *lock(&self.listeners));
        for reclaimer in reclaimers {
            reclaimer.worker().close();
        }
        for listener in listeners {
            listener.worker().close();
        }
        self.admission.shortage.call();
    }

    /// Tells the level to those for whom it is news, and says when to come again.
    fn tell_level(&self, now: Instant) -> Option<Instant> {
        let listeners = lock(&self.listeners).clone();
        if listeners.is_empty() {
            return None;
        }
        let overview = self.admission.overview(now);
        let level = if overview.mode == LimiterMode::Off { Level::Normal } else { overview.level };
        let report = |before| LevelReport {
            before,
            level,
            state: LimiterState::read(&self.admission, self.source.reads_anything(), self.states()),
            largest: self.admission.largest.get(),
        };
        listeners.iter().filter_map(|listener| listener.tell(level, now, report)).min()
    }
}

fn run(hooks: &Hooks) {
    let mut rounds = Rounds::default();
    while !hooks.admission.is_closed() {
        let now = Instant::now();
        let until = [hooks.tell_level(now), rounds.step(hooks, now)].into_iter().flatten().min();
        // Others may have used the thread's wake-up for something else.
        while !hooks.admission.shortage.take_call() {
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                Some(left) if left.is_zero() => break,
                Some(left) => thread::park_timeout(left),
                None => thread::park(),
            }
        }
    }
}
