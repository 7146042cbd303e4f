//! Holds callers back before the limit is reached.

mod settings;
mod limits;
mod ledger;
mod overhead;
mod level;
mod pacing;
mod queue;
mod counters;
mod largest;
mod component_state;
mod component;
mod promises;
mod place;
mod admission;
mod wait;
mod account;
mod reservation;
mod fill;
mod refusal;
mod callers;
mod error;
mod source;
mod shortage;
mod hooks;
mod purging;
mod sampler;
mod growth;
mod service;
mod builder;
mod component_builder;
mod component_limiter;
mod state;
#[cfg(feature = "tracing")]
mod level_events;
mod pressure;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

pub use self::builder::MemoryLimiterBuilder;
pub use self::component_builder::{ComponentLimitError, ComponentLimiterBuilder};
pub use self::component_limiter::ComponentLimiter;
pub use self::component_state::{BoundSource, ComponentState, Enforcement};
pub use self::counters::{LimiterCounts, WaitCounts};
pub use self::error::{LimiterError, MemoryScarce, ReserveError, ReserveReason, WaitTimedOut};
pub use self::fill::Fill;
pub use self::hooks::{HookRegistration, HookState, LevelReport, ReclaimHook, ReclaimRequest};
pub use self::ledger::Ledger;
pub use self::level::{Level, Measure, UnknownLevel};
pub use self::limits::{Limits, Thresholds};
pub use self::pressure::{Pressure, PressureLevel};
pub use self::reservation::Reservation;
#[cfg(feature = "testing")]
pub use self::service::frees_that_woke;
pub use self::settings::{LimiterMode, LimiterSettings, UnknownLimiterMode};
pub use self::state::{KernelSignals, LimiterHealth, LimiterState};

use self::component::Component;
use self::sampler::Sampled;
use crate::grant::MemoryGrant;
use crate::registry::ComponentRegistry;

/// Keeps the process inside its grant by holding callers back that cooperate.
///
/// A caller that is about to take on work asks first. Which way depends on what it knows and can do:
///
/// | caller | asks |
/// |---|---|
/// | can wait, does not know how much it will take | [`wait_for_capacity`](Self::wait_for_capacity) |
/// | knows how much it will take, or at most | [`reserve`](Self::reserve): the bytes are its own from then on |
/// | must answer at once, such as with 429 or 503 | [`check`](Self::check), [`try_reserve`](Self::try_reserve) |
/// | has no async runtime | the same with `_blocking`, and a time it waits at most |
/// | makes room: flushes, acknowledges, drops | an [`exempt`](Self::exempt) handle, which is never held back |
///
/// ```
/// use memory_accounting::{MemoryGrant, MemoryLimiter};
///
/// async fn receive(limiter: &MemoryLimiter, packets: &mut Vec<Vec<u8>>) {
///     limiter.wait_for_capacity().await;
///     packets.push(vec![0; 1500]);
/// }
///
/// let grant = MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.15)?;
/// let limiter = MemoryLimiter::new(grant)?;
/// assert!(limiter.check().is_ok());
/// if let Some(state) = limiter.state() {
///     println!("{state}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What counts
///
/// Two measures, of the parts of memory that [`Ledger`] tells apart. *Tracked* bytes are live (a
/// [`TrackingAllocator`](crate::allocator::TrackingAllocator) knows them at any time) or reserved and not yet allocated; they are held against
/// the effective limit. *Held* bytes are those and what is resident beside the heap; they are held against the full limit. Memory that was freed and that the allocator
/// keeps counts for neither: it serves the next allocation. Page cache and mapped files never count.
///
/// # What it does
///
/// | [`Level`] | begins at | callers |
/// |---|---|---|
/// | `Normal` | | go on at once |
/// | `Soft` | 80 % tracked, or 90 % held | are slowed down, from 1 to 100 ms, the more the nearer to `Hard` |
/// | `Hard` | 95 % tracked, or 97 % held | wait; one is let through every 100 ms, and more seldom while that makes no room |
///
/// A level ends 5 points below where it began. The numbers are [settings](LimiterSettings). What was
/// [verified](MemoryLimiterBuilder::with_verified_firm_limit) to fit is not slowed down. However many callers wait, no more are let
/// through between two looks than there is thought to be room for, by what callers took lately. Who comes below `Soft` does not wait, and is not
/// [counted](Self::check). Reservations are made as
/// long as they fit. All wait in one queue, first come, first served; who waits is woken by the free that makes room. A reservation that there is
/// no room for holds up those who wait for capacity for a tenth of a second, and then they go on without it.
///
/// A limiter can [observe](LimiterMode::Observe) only: it counts what it would have done.
///
/// When memory is hard, or a reservation does not fit, [hooks](Self::on_reclaim) of the program's are asked to give memory back; and it can have
/// itself [told](Self::on_level) of each change of the level.
///
/// # Threads
///
/// One thread for all limiters of the process lets callers through, sleeps while nobody waits, and looks who holds what when the process comes to a
/// new peak ([`PeakMoment`](crate::allocator::PeakMoment)); one for each limiter reads resident memory,
/// 4 times a second while there is room, fifty times while memory is scarce, 200 times where nearly all of the limit is resident, and up to 500 times where somebody
/// waits for what only a reading tells. They end when the last clone is dropped. A forked child starts its own when a
/// caller first has to wait there, and has forgotten what was promised in its parent. What they allocate counts to the root group. Where a
/// reading fails, blocks or is missing, it does not count after two seconds, and [`state`](Self::state) says so.
///
/// A waker is called by whoever finds that its caller may go on: the first of these threads, the one that reads, and also one that drops or fills a
/// reservation, asks, or reads the state; never under a lock. So one that blocks keeps those waiting, and on the first of the threads every
/// caller that waits in the process. Those of the usual runtimes do not block.
///
/// With the feature `tracing`, a change of the level is an event, of each level at most one a second
/// ([`level_report_milliseconds`](LimiterSettings::level_report_milliseconds)); and that reservations are held when the limiter ends.
#[derive(Clone)]
pub struct MemoryLimiter {
    /// `None` for a limiter that never holds anybody back.
    sampled: Option<Arc<Sampled>>,
    /// Whose callers these are, where it is held to a bound of its own.
    component: Option<Arc<Component>>,
    is_exempt: bool,
}

impl MemoryLimiter {
    /// A limiter that keeps the process within `grant`, with the default settings.
    ///
    /// # Errors
    ///
    /// See [`LimiterError`]: where the memory in use cannot be known, where the grant is less than the process holds already, and
    /// where the system refuses to start another thread.
    pub fn new(grant: MemoryGrant) -> Result<Self, LimiterError> {
        Self::builder(grant).start()
    }

    /// A limiter with other settings or readings.
    pub fn builder(grant: MemoryGrant) -> MemoryLimiterBuilder {
        MemoryLimiterBuilder::new(grant)
    }

    /// A limiter that never holds anybody back, and knows nothing.
    pub fn noop() -> Self {
        Self { sampled: None, component: None, is_exempt: false }
    }

    fn of(sampled: Arc<Sampled>) -> Self {
        Self { sampled: Some(sampled), component: None, is_exempt: false }
    }

    /// Makes a limiter of `component`, which is held to a bound of its own as well.
    pub fn component(&self, component: &ComponentRegistry) -> ComponentLimiterBuilder {
        ComponentLimiterBuilder::new(self.clone(), component.clone())
    }

    /// A handle for those who make room: it is never held back, also in `Hard`, and neither is a reservation of it that grows. What it
    /// reserves counts.
    #[must_use]
    pub fn exempt(&self) -> Self {
        Self { is_exempt: true, ..self.clone() }
    }

    fn component_state(&self) -> Option<ComponentState> {
        self.sampled.as_ref().and(self.component.as_ref()).map(|component| component.state())
    }

    /// What the limiter knows at this moment; `None` for [`noop`](Self::noop).
    pub fn state(&self) -> Option<LimiterState> {
        self.sampled.as_ref().map(|sampled| sampled.state())
    }

    /// How scarce memory is; `Normal` for [`noop`](Self::noop).
    pub fn level(&self) -> Level {
        self.sampled
            .as_ref()
            .map_or(Level::Normal, |sampled| sampled.admission().overview(Instant::now()).level)
    }

    /// Goes by another grant from now on. `source` says where it is from. Who waits for a reservation that is more than its effective limit is
    /// refused ([`ReserveReason::AboveLimit`]).
    pub fn set_grant(&self, grant: MemoryGrant, source: Option<String>) {
        if let Some(sampled) = &self.sampled {
            sampled.admission().set_grant(grant, source, Instant::now());
            service::bound_unreported();
        }
    }

    /// The grant that it goes by at this moment: the last that it was given, lowered to what the kernel allows where that is less. `None` for
    /// [`noop`](Self::noop).
    pub fn grant(&self) -> Option<MemoryGrant> {
        self.sampled.as_ref().map(|sampled| sampled.admission().grant())
    }

    /// Goes by other bounds from now on, which were verified to fit its [grant](Self::grant): what they sum up to, in bytes, runs without being
    /// slowed down, as with [`with_verified_firm_limit`](MemoryLimiterBuilder::with_verified_firm_limit). Tell it after a component was
    /// [declared anew](ComponentRegistry::redeclare). 0 says that nothing is verified, such as what does not fit and runs all the same.
    pub fn set_verified_firm_limit(&self, bytes: usize) {
        if let Some(sampled) = &self.sampled {
            sampled.admission().set_verified_firm_limit(bytes as u64, Instant::now());
        }
    }

    /// Goes by another mode from now on. Whoever waits goes on, unless that is [`LimiterMode::Enforce`].
    pub fn set_mode(&self, mode: LimiterMode) {
        if let Some(sampled) = &self.sampled {
            sampled.admission().set_mode(mode, Instant::now());
        }
    }
}

impl fmt::Debug for MemoryLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state() {
            None => f.write_str("MemoryLimiter::noop"),
            Some(state) => f.debug_tuple("MemoryLimiter").field(&state).finish(),
        }
    }
}
