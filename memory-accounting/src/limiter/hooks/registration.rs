//! Registering hooks.

use std::sync::{Arc, Weak};

use super::Hooks;
use super::levels::{LevelReport, Listener};
use super::reclaim::{ReclaimHook, Reclaimer};
use crate::allocator::AllocationGroupToken;
use crate::limiter::error::LimiterError;
use crate::limiter::{ComponentLimiter, MemoryLimiter, service};

impl MemoryLimiter {
    /// Has `hook` give memory back when it is scarce, until the registration is dropped.
    ///
    /// Hooks are asked when memory becomes [`Hard`](crate::Level::Hard), when a reservation waits that does not fit, and when one was refused for want of
    /// room, so that a retry finds it. They are asked one after the other until there is enough: those of
    /// [components](crate::ComponentLimiter::on_reclaim) that are over their bounds first, and then by priority; and again as long as there is not,
    /// after 10 milliseconds where they gave something back, and after 100 milliseconds to 5 seconds where they did not. In
    /// [`LimiterMode::Observe`](crate::LimiterMode::Observe) and `Off` they are not asked.
    ///
    /// Nobody waits for a hook itself. Who waits for capacity or for a reservation goes on as soon as there is room, whoever made it; `check` and
    /// `try_reserve` say how it is at the moment. So a caller that is refused after it has waited has had all hooks asked that
    /// could be in that time.
    ///
    /// What a hook gave back is what live memory fell by while it ran, and not what it says: [`state`](Self::state) has it for each. A cache that
    /// drops its oldest entries:
    ///
    /// ```
    /// use std::collections::VecDeque;
    /// use std::sync::{Arc, Mutex};
    ///
    /// use memory_accounting::{MemoryGrant, MemoryLimiter, ReclaimHook};
    ///
    /// #[derive(Default)]
    /// struct Cache {
    ///     entries: Mutex<VecDeque<Vec<u8>>>,
    /// }
    ///
    /// impl Cache {
    ///     fn drop_oldest(&self, wanted_bytes: u64) {
    ///         let mut dropped = 0;
    ///         while dropped < wanted_bytes {
    ///             let Some(oldest) = self.entries.lock().unwrap().pop_front() else { break };
    ///             dropped += oldest.capacity() as u64;
    ///         }
    ///     }
    /// }
    ///
    /// let limiter = MemoryLimiter::new(MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.15)?)?;
    /// let cache = Arc::new(Cache::default());
    /// let hook = ReclaimHook::of("cache", &cache, |cache, request| cache.drop_oldest(request.wanted_bytes));
    /// let registration = limiter.on_reclaim(hook.with_priority(-10))?;
    ///
    /// let state = limiter.state().unwrap();
    /// assert_eq!((state.hooks[0].name.as_str(), state.hooks[0].calls), ("cache", 0));
    /// drop(registration);
    /// assert!(limiter.state().unwrap().hooks.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Threads
    ///
    /// Each hook has a thread of its own, `memory-hook`, so one that does not return keeps neither callers nor other hooks waiting; a further one of the
    /// limiter, `memory-reclaim`, asks them. No lock of the library is held meanwhile. What a hook allocates counts to the root group.
    ///
    /// A hook may do everything with the limiter, but a limiter that it holds does not end before the hook is dropped; give it to the hook's owner
    /// instead. What it takes to give memory back, such as a buffer for writing, it reserves with an [`exempt`](Self::exempt) handle, because other
    /// reservations wait for what the hook is about to free.
    ///
    /// # Errors
    ///
    /// [`LimiterError::NoThread`].
    pub fn on_reclaim(&self, hook: ReclaimHook) -> Result<HookRegistration, LimiterError> {
        let Some(sampled) = &self.sampled else { return Ok(HookRegistration::none()) };
        service::ensure_running();
        AllocationGroupToken::root()
            .scope(|| sampled.hooks().on_reclaim(hook, self.component.clone()))
            .map_err(|reason| LimiterError::NoThread { reason })
    }

    /// Calls `callback` at each change of the [`Level`](crate::Level), up and down, until the registration is dropped: with what there is to say about
    /// memory, so that it is on disk before the kernel ends the process.
    ///
    /// A level that was told within the last second ([`level_report_milliseconds`](crate::LimiterSettings::level_report_milliseconds)) is told again
    /// after that, if it still holds then. Where memory is scarce already, that is told at once. In
    /// [`LimiterMode::Off`](crate::LimiterMode::Off) the level counts as `Normal`.
    ///
    /// A change is noticed by the callers that ask and by readings: 4 to 200 times a second, the more often the nearer to the limit. The callback has a thread of its own, so no reclaim hook delays
    /// it. It is called again only after it has returned. Panics are caught and counted.
    ///
    /// ```
    /// use memory_accounting::{LevelReport, MemoryGrant, MemoryLimiter};
    ///
    /// let limiter = MemoryLimiter::new(MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.15)?)?;
    /// let registration = limiter.on_level(|report: &LevelReport| {
    ///     let _ = std::fs::write("/run/service/memory", report.to_string());
    /// })?;
    /// # drop(registration);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LimiterError::NoThread`].
    pub fn on_level(
        &self,
        callback: impl Fn(&LevelReport) + Send + Sync + 'static,
    ) -> Result<HookRegistration, LimiterError> {
        let Some(sampled) = &self.sampled else { return Ok(HookRegistration::none()) };
        service::ensure_running();
        AllocationGroupToken::root()
            .scope(|| sampled.hooks().on_level(Arc::new(callback)))
            .map_err(|reason| LimiterError::NoThread { reason })
    }
}

impl ComponentLimiter {
    /// Has `hook`, which gives memory of the component back, called when memory is scarce, as [`MemoryLimiter::on_reclaim`] says; and also when
    /// a reservation was refused because of a bound: that of the component, or of one that it is below.
    ///
    /// While components are over their bounds, their hooks are asked before all others, those of the one furthest over first.
    ///
    /// # Errors
    ///
    /// [`LimiterError::NoThread`].
    pub fn on_reclaim(&self, hook: ReclaimHook) -> Result<HookRegistration, LimiterError> {
        self.limiter().on_reclaim(hook)
    }
}

/// A hook that is registered, until this is dropped; see [`MemoryLimiter::on_reclaim`](crate::MemoryLimiter::on_reclaim) and
/// [`on_level`](crate::MemoryLimiter::on_level).
///
/// Dropping it waits for nobody: a call under way goes on, and there is none after it. It may be dropped inside of the hook.
#[derive(Debug)]
#[must_use = "dropping it takes the hook away; `keep` leaves it"]
pub struct HookRegistration(Option<(Weak<Hooks>, Registered)>);

#[derive(Debug)]
pub(super) enum Registered {
    Reclaimer(Weak<Reclaimer>),
    Listener(Weak<Listener>),
}

impl HookRegistration {
    /// Nothing is registered, because it would never be called.
    pub(in crate::limiter) fn none() -> Self {
        Self(None)
    }

    pub(super) fn new(hooks: &Arc<Hooks>, registered: Registered) -> Self {
        Self(Some((Arc::downgrade(hooks), registered)))
    }

    /// Leaves the hook registered for as long as there is the limiter, or the owner of the hook.
    pub fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for HookRegistration {
    fn drop(&mut self) {
        let Some((hooks, registered)) = self.0.take() else { return };
        let Some(hooks) = hooks.upgrade() else { return };
        match registered {
            Registered::Reclaimer(reclaimer) => {
                if let Some(reclaimer) = reclaimer.upgrade() {
                    hooks.remove_reclaimer(&reclaimer);
                }
            }
            Registered::Listener(listener) => {
                if let Some(listener) = listener.upgrade() {
                    hooks.remove_listener(&listener);
                }
            }
        }
    }
}
