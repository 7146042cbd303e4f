//! What a limiter knows, under its lock, and what follows from it.

use std::time::Instant;

use super::attention::Attention;
use super::overdraft::Overdraft;
use crate::grant::MemoryGrant;
use crate::limiter::component::Component;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::{Level, Levels, delay};
use crate::limiter::limits::Limits;
use crate::limiter::overhead::Overhead;
use crate::limiter::pacing::Pacing;
use crate::limiter::queue::{Due, First, Queue, Request};
use crate::limiter::settings::{LimiterMode, LimiterSettings};
use crate::limiter::source::KernelLimit;
use crate::system::PressureSignals;

/// For how many intervals of progress those within their bounds come before one that is not.
const PATIENCE: u32 = 50;

#[derive(Debug)]
pub(super) struct State {
    pub(super) settings: LimiterSettings,
    pub(super) grant: MemoryGrant,
    /// Where the grant is from, in words.
    pub(super) grant_source: Option<String>,
    pub(super) kernel_limit: KernelLimit,
    pub(super) signals: PressureSignals,
    pub(super) firm_limit_bytes: u64,
    pub(super) limits: Limits,
    pub(super) levels: Levels,
    /// Live bytes to the byte, while a look goes by them.
    pub(super) exact_live: Option<ExactLive>,
    /// When live bytes were read, where the allocator does not tell them at any time.
    pub(super) live_at: Option<Instant>,
    pub(super) resident: Option<Resident>,
    pub(super) queue: Queue,
    pub(super) pacing: Pacing,
    /// Growth for which there was no room, while its holder has it.
    pub(super) overdrawn: Option<Overdraft>,
    /// Whether nobody has looked since whether those who wait still fit these limits.
    pub(super) limits_are_new: bool,
    /// What the service waits for.
    pub(super) attended: Attention,
    pub(super) closed: bool,
}

/// What was live to the byte a moment ago, and what threads had reported by then.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExactLive {
    pub(super) bytes: u64,
    pub(super) reported: u64,
}

impl ExactLive {
    /// What is live when threads have reported `reported`: what was allocated since counts, which a reservation that it fills no longer promises. What
    /// was freed since does not, for its report may be of what was freed before.
    fn with(self, reported: u64) -> u64 {
        self.bytes.saturating_add(reported.saturating_sub(self.reported))
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Resident {
    pub(super) bytes: u64,
    pub(super) at: Instant,
    pub(super) overhead: Overhead,
}

impl State {
    pub(super) fn new(
        grant: MemoryGrant,
        limit_source: Option<String>,
        firm_limit_bytes: u64,
        settings: LimiterSettings,
    ) -> Self {
        let limits = Limits::of(grant, firm_limit_bytes, &settings);
        Self {
            settings,
            grant,
            grant_source: limit_source,
            kernel_limit: KernelLimit::Unknown,
            signals: PressureSignals::default(),
            firm_limit_bytes,
            limits,
            levels: Levels::default(),
            exact_live: None,
            live_at: None,
            resident: None,
            queue: Queue::default(),
            pacing: Pacing::new(limits.full_bytes),
            overdrawn: None,
            limits_are_new: false,
            attended: Attention::default(),
            closed: false,
        }
    }

    pub(super) fn set_grant(&mut self, grant: MemoryGrant, source: Option<String>) {
        (self.grant, self.grant_source) = (grant, source);
        self.set_limits();
    }

    pub(super) fn set_verified_firm_limit(&mut self, bytes: u64) {
        self.firm_limit_bytes = bytes;
        self.set_limits();
    }

    /// Goes by the kernel's limit where that is below the grant: it does.
    pub(super) fn keep_within(&mut self, kernel_limit: KernelLimit) {
        if kernel_limit != KernelLimit::Unknown && kernel_limit != self.kernel_limit {
            self.kernel_limit = kernel_limit;
            self.set_limits();
        }
    }

    fn set_limits(&mut self) {
        self.limits = Limits::of(self.tightest_grant(), self.firm_limit_bytes, &self.settings);
        self.limits_are_new = true;
    }

    /// The grant, or what the kernel leaves of it.
    pub(super) fn tightest_grant(&self) -> MemoryGrant {
        self.tighter_than_the_grant().map_or(self.grant, |(bytes, _)| self.grant.lowered_to(bytes))
    }

    /// Whether anybody is held back or refused.
    pub(super) fn enforces(&self) -> bool {
        self.settings.mode == LimiterMode::Enforce && !self.closed
    }

    /// Whether `request` is for more than there may ever be.
    pub(super) fn never_fits(&self, request: Request, component: Option<&Component>) -> bool {
        let bytes = request.bytes();
        bytes > self.limits.effective_bytes
            || component.is_some_and(|component| component.never_fits(bytes).is_some())
    }

    fn tighter_than_the_grant(&self) -> Option<(u64, &String)> {
        match &self.kernel_limit {
            KernelLimit::Limited { bytes, source } if *bytes < self.grant.initial_limit_bytes() as u64 => {
                Some((*bytes, source))
            }
            _ => None,
        }
    }

    /// Where the limit is from, in words.
    pub(super) fn limit_source(&self) -> Option<String> {
        self.tighter_than_the_grant().map(|(_, source)| source).or(self.grant_source.as_ref()).cloned()
    }

    /// The last reading of resident memory, where it is not too old.
    pub(super) fn fresh_reading(&self, now: Instant) -> Option<&Resident> {
        let stale_after = self.settings.stale_after();
        self.resident.as_ref().filter(|last| now.saturating_duration_since(last.at) < stale_after)
    }

    /// The live bytes to go by where `newest` are known: to the byte, while a look goes by them; none, where the reading is too old.
    pub(super) fn live_to_go_by(&self, newest: u64, now: Instant) -> u64 {
        if let Some(exact) = self.exact_live {
            return exact.with(newest);
        }
        let stale_after = self.settings.stale_after();
        let is_stale = self.live_at.is_some_and(|at| now.saturating_duration_since(at) >= stale_after);
        if is_stale { 0 } else { newest }
    }

    /// When the next reading becomes stale, so that what it said no longer counts.
    pub(super) fn becomes_stale_at(&self, now: Instant) -> Option<Instant> {
        let readings = [self.live_at, self.resident.map(|resident| resident.at)];
        let stale =
            readings.into_iter().flatten().filter_map(|at| at.checked_add(self.settings.stale_after()));
        stale.filter(|at| *at > now).min()
    }

    pub(super) fn enter_level(&mut self, ledger: &Ledger) {
        let before = self.levels.level();
        self.levels = self.levels.next(ledger, &self.limits);
        if before == Level::Hard && self.levels.level() != Level::Hard {
            self.pacing.no_longer_hard();
        }
    }

    /// Who is next of those who wait.
    pub(super) fn first(&self, now: Instant) -> Option<First> {
        let interval = self.settings.progress_interval();
        let due = Due {
            next: now.checked_sub(interval),
            first: now.checked_sub(interval.saturating_mul(PATIENCE)),
        };
        self.queue.first(|component, request, since| self.excess(Some(component), request, since, now), due)
    }

    /// The first that waits for capacity, where one in front of it waits for bytes for too long that there is no room for: it may wait until others
    /// end, and must not stop those that there is room for.
    pub(super) fn overtaking(&self, now: Instant) -> Option<First> {
        self.queue.behind_bytes().filter(|first| now >= self.an_interval_after(first.since))
    }

    /// Whether one that comes for capacity now need not wait behind one that waits for bytes.
    pub(super) fn overtakes(&self, now: Instant) -> bool {
        let stuck =
            self.queue.bytes_in_front_since().is_some_and(|since| now >= self.an_interval_after(since));
        stuck && self.queue.behind_bytes().is_none()
    }

    /// How far `request` is beyond what `component` may have, where it waits since then: 0 where that does not hold it back.
    ///
    /// A holder that wants more is held back for no longer than one that there is no room for: it has what others wait for.
    pub(super) fn excess(
        &self,
        component: Option<&Component>,
        request: Request,
        since: Instant,
        now: Instant,
    ) -> u64 {
        let Some(component) = component else { return 0 };
        if matches!(request, Request::Growth(_)) && now >= self.an_interval_after(since) {
            return 0;
        }
        component.excess(request.bytes(), self.levels.level(), self.exact_live.is_some())
    }

    /// Whether nobody waits but those whose components are over their bounds: they hold up nobody else.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.queue.is_idle(|component, request, since| self.excess(Some(component), request, since, now))
    }

    pub(super) fn reservable(&self, ledger: Ledger) -> u64 {
        // What overhead has grown by before the next reading tells, is not promised to anybody.
        let surge = self.resident.map_or(0, |resident| resident.overhead.surge_bytes());
        self.limits.reservable_bytes(ledger.overhead_bytes.saturating_add(surge))
    }

    pub(super) fn slowed_until(&self, ledger: &Ledger, since: Instant) -> Instant {
        let delay = delay(ledger, &self.limits, self.settings.longest_delay());
        since.checked_add(delay).unwrap_or(since)
    }

    /// When one that waits since then may go although memory is hard, or there is no room for it.
    pub(super) fn progress_at(&self, since: Instant) -> Instant {
        self.pacing.progress_at(since, self.settings.progress_interval())
    }

    /// Who waits since then may overtake, or overdraw, from when on.
    pub(super) fn an_interval_after(&self, since: Instant) -> Instant {
        since.checked_add(self.settings.progress_interval()).unwrap_or(since)
    }
}
