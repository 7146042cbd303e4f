//! Hooks that give memory back.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::backoff::Backoff;
use super::worker::{Callback, Work, Worker};
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken};
use crate::limiter::admission::Admission;
use crate::limiter::component::Component;
use crate::limiter::counters::Counter;
use crate::limiter::level::Level;
use crate::limiter::shortage::Refused;
use crate::limiter::source::{Reading, Source};
use crate::lock::lock;

/// Long enough for dropping thousands of entries, and short enough that a caller who waits for a second gets something from all hooks.
const DEFAULT_TIMEOUT: Duration = Duration::from_millis(100);

/// How long a hook that panicked is not asked: at first, and at most.
const AFTER_PANIC: Duration = Duration::from_millis(100);
const AFTER_PANICS: Duration = Duration::from_secs(60);

/// A function that gives memory back when it is scarce, such as a cache's that drops its oldest entries; see
/// [`MemoryLimiter::on_reclaim`](crate::MemoryLimiter::on_reclaim).
#[must_use = "it is asked once it is registered with `on_reclaim`"]
pub struct ReclaimHook {
    name: String,
    priority: i32,
    timeout: Duration,
    owner: Option<Weak<dyn Any + Send + Sync>>,
    callback: Callback<ReclaimRequest>,
}

/// What a [`ReclaimHook`] is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReclaimRequest {
    /// How many bytes are wanted, after what the hooks before have given back. Giving back more makes sense where that is cheap.
    pub wanted_bytes: u64,
    /// By when. From then on the next hook is asked beside this one, and this one counts as slow.
    pub until: Instant,
    /// How scarce memory is. Below [`Level::Hard`], somebody wants more bytes than there is room for.
    pub level: Level,
}

impl ReclaimRequest {
    /// Whether the time is over.
    pub fn is_overdue(&self) -> bool {
        Instant::now() >= self.until
    }
}

impl ReclaimHook {
    /// A hook that is called `name` in reports.
    pub fn new(name: impl Into<String>, reclaim: impl Fn(&ReclaimRequest) + Send + Sync + 'static) -> Self {
        AllocationGroupToken::root().scope(|| Self {
            name: String::from(name.into().as_str()),
            priority: 0,
            timeout: DEFAULT_TIMEOUT,
            owner: None,
            callback: Arc::new(reclaim),
        })
    }

    /// A hook of `owner`, which it does not keep alive: once that is gone, the hook is skipped and removed.
    pub fn of<T: Send + Sync + 'static>(
        name: impl Into<String>,
        owner: &Arc<T>,
        reclaim: impl Fn(&T, &ReclaimRequest) + Send + Sync + 'static,
    ) -> Self {
        let owner = Arc::downgrade(owner);
        let called = Weak::clone(&owner);
        let hook = Self::new(name, move |request| {
            if let Some(owner) = called.upgrade() {
                reclaim(&owner, request);
            }
        });
        Self { owner: Some(owner), ..hook }
    }

    /// Hooks of a lower priority number are asked before those of a higher one, and those of the same in the order they were registered
    /// in: 0 by default. Those come first whose memory is cheapest to get again. Hooks of a component that is over its bound
    /// ([`ComponentLimiter::on_reclaim`](crate::ComponentLimiter::on_reclaim)) come before all others.
    pub fn with_priority(self, priority: i32) -> Self {
        Self { priority, ..self }
    }

    /// How long the hook is given before the next one is asked as well: 100 milliseconds by default.
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

impl fmt::Debug for ReclaimHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, priority, timeout, .. } = self;
        f.debug_struct("ReclaimHook")
            .field("name", name)
            .field("priority", priority)
            .field("timeout", timeout)
            .finish_non_exhaustive()
    }
}

/// A [`ReclaimHook`] that is registered, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HookState {
    /// Its name.
    pub name: String,
    /// The lower, the earlier it is asked.
    pub priority: i32,
    /// How often it was asked.
    pub calls: u64,
    /// The bytes that live memory of the process fell by while it ran. What others allocated or freed meanwhile is in it.
    pub reclaimed_bytes: u64,
    /// How often it panicked. It is then not asked for a while: 100 milliseconds, and up to a minute if it does so again and again.
    pub panics: u64,
    /// How often it took longer than it was given.
    pub slow: u64,
    /// Whether it is at it now.
    pub is_busy: bool,
    /// Whether its thread is there. It is not in a forked child that has not met with scarce memory yet, or where the system refused one.
    pub has_thread: bool,
}

/// A hook with its thread.
#[derive(Debug)]
pub(super) struct Reclaimer {
    name: String,
    pub(super) priority: i32,
    timeout: Duration,
    owner: Option<Weak<dyn Any + Send + Sync>>,
    /// Whose memory it gives back, where that is held to a bound.
    component: Option<Arc<Component>>,
    worker: Worker<ReclaimRequest>,
    source: Source,
    after_panic: Mutex<Backoff>,
    calls: Counter,
    reclaimed_bytes: Counter,
    panics: Counter,
    slow: Counter,
}

impl Reclaimer {
    pub(super) fn new(
        hook: ReclaimHook,
        component: Option<Arc<Component>>,
        admission: Arc<Admission>,
        source: Source,
    ) -> Self {
        let ReclaimHook { name, priority, timeout, owner, callback } = hook;
        Self {
            name,
            priority,
            timeout,
            owner,
            component,
            worker: Worker::new(admission, callback),
            source,
            after_panic: Mutex::new(Backoff::new(AFTER_PANIC, AFTER_PANICS)),
            calls: Counter::default(),
            reclaimed_bytes: Counter::default(),
            panics: Counter::default(),
            slow: Counter::default(),
        }
    }

    /// Whether what it belongs to is no more.
    pub(super) fn is_orphan(&self) -> bool {
        self.owner.as_ref().is_some_and(|owner| owner.strong_count() == 0)
    }

    /// How far its component is over its bound.
    pub(super) fn over_use(&self) -> u64 {
        self.component.as_ref().map_or(0, |component| component.over_use())
    }

    /// How many bytes its component should free for what others were refused because of a bound that is its own, too.
    pub(super) fn wanted_of_component(&self, refused: &Refused, level: Level) -> u64 {
        let Some(own) = &self.component else { return 0 };
        let wanted = |(component, bytes): &(Arc<Component>, u64)| component.wanted_of(own, *bytes, level);
        refused.of_components.iter().map(wanted).max().unwrap_or(0)
    }

    /// Asks it, unless it is at it still or rests. Returns until when it has time.
    pub(super) fn ask(&self, wanted_bytes: u64, level: Level, now: Instant) -> Option<Instant> {
        if self.rests(now) {
            return None;
        }
        let until = now.checked_add(self.timeout).unwrap_or(now);
        self.worker.give(ReclaimRequest { wanted_bytes, until, level }).then_some(until)
    }

    /// Whether it has panicked lately.
    fn rests(&self, now: Instant) -> bool {
        lock(&self.after_panic).until(now).is_some()
    }

    /// It takes longer than it was given.
    pub(super) fn overran(&self) {
        self.slow.increment();
        self.worker.admission().counters.slow_reclaims.increment();
    }

    pub(super) fn state(&self) -> HookState {
        HookState {
            name: self.name.clone(),
            priority: self.priority,
            calls: self.calls.get(),
            reclaimed_bytes: self.reclaimed_bytes.get(),
            panics: self.panics.get(),
            slow: self.slow.get(),
            is_busy: self.worker.is_busy(),
            has_thread: self.worker.has_thread(),
        }
    }

    /// Live bytes to the byte: with others' counts that they have not reported.
    fn live_bytes(&self) -> Option<u64> {
        if !self.worker.admission().is_sampled() {
            return Some(AllocationGroupRegistry::total().live_bytes() as u64);
        }
        let live = self.source.live.as_ref()?;
        catch_unwind(AssertUnwindSafe(|| live())).ok().flatten()
    }
}

impl Work for Reclaimer {
    type Job = ReclaimRequest;

    fn worker(&self) -> &Worker<ReclaimRequest> {
        &self.worker
    }

    fn work(&self, request: &ReclaimRequest, callback: &dyn Fn(&ReclaimRequest)) {
        let admission = self.worker.admission();
        self.calls.increment();
        admission.counters.reclaim_calls.increment();
        let before = self.live_bytes();
        let result = catch_unwind(AssertUnwindSafe(|| callback(request)));
        let after = self.live_bytes();
        let fell = before.zip(after).map_or(0, |(before, after)| before.saturating_sub(after));
        self.reclaimed_bytes.add(fell);
        admission.counters.reclaimed_bytes.add(fell);
        let now = Instant::now();
        if admission.is_sampled() {
            admission.sampled(Reading { live: after, ..Reading::default() }, now);
        }
        if result.is_err() {
            self.panics.increment();
            admission.counters.reclaim_panics.increment();
            lock(&self.after_panic).failed(now);
        } else {
            lock(&self.after_panic).succeeded(now, Duration::ZERO);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::grant::MemoryGrant;
    use crate::limiter::admission::LiveBytes;
    use crate::limiter::settings::LimiterSettings;

    #[test]
    fn one_that_panicked_rests_until_it_does_without() {
        let grant = MemoryGrant::effective(1000).expect("a grant");
        let live = LiveBytes::Sampled(AtomicU64::new(0));
        let admission = Admission::new(grant, 0, LimiterSettings::default(), live, None, Instant::now, || {});
        let hook = Reclaimer::new(ReclaimHook::new("hook", |_| ()), None, admission, Source::default());
        let begin = Instant::now();
        let request = ReclaimRequest { wanted_bytes: 1, until: begin, level: Level::Hard };
        assert!(!hook.rests(begin));
        hook.work(&request, &|_| panic!("on purpose"));
        assert!(hook.rests(begin + AFTER_PANIC / 2));
        hook.work(&request, &|_| ());
        assert!(!hook.rests(Instant::now()));
        assert_eq!((hook.state().calls, hook.state().panics), (2, 1));
    }
}
