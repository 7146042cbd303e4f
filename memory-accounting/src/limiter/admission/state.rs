//! What a limiter knows, under its lock, and what follows from it.

use std::time::{Duration, Instant};

use crate::grant::MemoryGrant;
use crate::limiter::component::Component;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::{Level, Levels, delay};
use crate::limiter::limits::Limits;
use crate::limiter::overhead::Overhead;
use crate::limiter::pacing::{Pacing, WINDOW};
use crate::limiter::queue::{Due, First, Queue, Request, Ticket};
use crate::limiter::settings::{LimiterMode, LimiterSettings};
use crate::limiter::source::KernelLimit;
use crate::system::PressureSignals;

/// How often to look whether a component has freed something, while one of it waits.
const COMPONENTS: Duration = Duration::from_millis(5);

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
    pub(super) exact_live: Option<u64>,
    /// When live bytes were read, where the allocator does not tell them at any time.
    pub(super) live_at: Option<Instant>,
    pub(super) resident: Option<Resident>,
    pub(super) queue: Queue,
    pub(super) pacing: Pacing,
    /// The growth for which there was no room, while its holder has it.
    pub(super) overdrawn: Option<Ticket>,
    /// Whether nobody has looked since whether those who wait still fit these limits.
    pub(super) limits_are_new: bool,
    /// What the service waits for.
    pub(super) attended: Attention,
    pub(super) closed: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Resident {
    pub(super) bytes: u64,
    pub(super) at: Instant,
    pub(super) overhead: Overhead,
}

/// When a limiter has to look again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::limiter) struct Attention {
    /// At this time.
    pub(in crate::limiter) at: Option<Instant>,
    /// As soon as fewer bytes are live.
    pub(in crate::limiter) live_below: Option<u64>,
}

impl Attention {
    /// Whether one who waits for `other` would come too late for this.
    pub(super) fn is_sooner_than(self, other: Self) -> bool {
        let earlier = self.at.is_some_and(|at| other.at.is_none_or(|others| at < others));
        earlier || self.live_below > other.live_below
    }
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

    /// Goes by the kernel's limit where that is below the grant: it does.
    pub(super) fn keep_within(&mut self, kernel_limit: KernelLimit) {
        if kernel_limit != KernelLimit::Unknown && kernel_limit != self.kernel_limit {
            self.kernel_limit = kernel_limit;
            self.set_limits();
        }
    }

    fn set_limits(&mut self) {
        let grant =
            self.tighter_than_the_grant().map_or(self.grant, |(bytes, _)| self.grant.lowered_to(bytes));
        self.limits = Limits::of(grant, self.firm_limit_bytes, &self.settings);
        self.limits_are_new = true;
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

    /// The live bytes to go by, where those are not the newest: to the byte, while a look goes by them; none, where the reading is too old.
    pub(super) fn live_to_go_by(&self, now: Instant) -> Option<u64> {
        let stale_after = self.settings.stale_after();
        let is_stale = self.live_at.is_some_and(|at| now.saturating_duration_since(at) >= stale_after);
        self.exact_live.or(is_stale.then_some(0))
    }

    /// When the next reading becomes stale, so that what it said no longer counts.
    fn becomes_stale_at(&self, now: Instant) -> Option<Instant> {
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
        self.limits.reservable_bytes(ledger.overhead_bytes)
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

    /// When to look again for those who wait.
    pub(super) fn attention(&self, ledger: &Ledger, holders: u64, now: Instant) -> Attention {
        let Some(attention) = self.first_may_go(ledger, holders, now) else { return Attention::default() };
        // Nothing else tells that a component has freed something.
        let component = self.queue.has_components().then(|| now.checked_add(COMPONENTS)).flatten();
        let overtaking = self.queue.behind_bytes().map(|first| self.an_interval_after(first.since));
        let overtaking = overtaking.max(overtaking.and(now.checked_add(WINDOW)));
        let at =
            [attention.at, component, overtaking, self.becomes_stale_at(now)].into_iter().flatten().min();
        Attention { at, ..attention }
    }

    /// When the first that waits may go.
    fn first_may_go(&self, ledger: &Ledger, holders: u64, now: Instant) -> Option<Attention> {
        let First { request, since, is_held, .. } = self.first(now)?;
        if is_held {
            // What the process has live says nothing of its component.
            return Some(Attention::default());
        }
        let level = self.levels.level();
        let below = |tracked: u64, held: u64| {
            let most = tracked.min(held.saturating_sub(ledger.overhead_bytes));
            // Where that is 0, no free is enough; the allocator takes 0 for nobody that waits.
            Some(most.saturating_sub(ledger.unfilled_bytes).max(1))
        };
        let progress_at = || Some(self.progress_at(since));
        let fits = |bytes: u64| {
            let most = self.reservable(*ledger).saturating_sub(bytes);
            Some(most.saturating_sub(ledger.unfilled_bytes).saturating_add(1))
        };
        let (tracked, held) = (&self.limits.tracked, &self.limits.held);
        let attention = match (request, level) {
            (Request::Capacity, Level::Normal) => {
                Attention { at: self.pacing.used_up_until(), live_below: None }
            }
            (Request::Capacity, Level::Soft) => {
                let slowed = self.slowed_until(ledger, since);
                Attention {
                    at: Some(self.pacing.used_up_until().map_or(slowed, |ends| slowed.max(ends))),
                    live_below: below(tracked.soft_ends, held.soft_ends),
                }
            }
            (Request::Capacity, Level::Hard) => {
                Attention { at: progress_at(), live_below: below(tracked.hard_ends, held.hard_ends) }
            }
            (Request::Reservation(bytes), _) => {
                Attention { at: if holders == 0 { progress_at() } else { None }, live_below: fits(bytes) }
            }
            (Request::Growth(bytes), _) => Attention {
                at: self.overdrawn.is_none().then(|| self.an_interval_after(since)),
                live_below: fits(bytes),
            },
        };
        Some(attention)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Waker;

    use super::*;
    use crate::limiter::admission::{Admission, LiveBytes, Outcome};
    use crate::limiter::component_state::Enforcement;
    use crate::registry::ComponentRegistry;

    #[test]
    fn who_waits_for_its_component_is_looked_at_by_the_clock_alone() {
        let grant = MemoryGrant::effective(1 << 40).expect("a grant");
        let admission = Admission::new(
            grant,
            0,
            LimiterSettings::default(),
            LiveBytes::Allocator,
            None,
            Instant::now,
            || {},
        );
        let registry = ComponentRegistry::default().get_or_create("source");
        let component = Arc::new(Component::new(None, registry, 9, Enforcement::Always));
        let now = Instant::now();
        let request =
            |bytes| admission.request(Request::Reservation(bytes), Some(&component), now, Waker::noop());
        assert!(matches!(request(9), Outcome::Granted));
        assert!(matches!(request(1), Outcome::Waits(_)));
        let attention = Attention { at: now.checked_add(COMPONENTS), live_below: None };
        assert_eq!(admission.attend(now), attention, "there is room in the process: it would never sleep");
    }
}
