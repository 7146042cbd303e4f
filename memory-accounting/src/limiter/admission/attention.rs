//! When to look again for those who wait.

use std::time::{Duration, Instant};

use super::state::State;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::Level;
use crate::limiter::pacing::WINDOW;
use crate::limiter::queue::{First, Request};

/// How often to look whether a component has freed something, while one of it waits.
const COMPONENTS: Duration = Duration::from_millis(5);

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
    use crate::grant::MemoryGrant;
    use crate::limiter::admission::{Admission, LiveBytes, Outcome};
    use crate::limiter::component::Component;
    use crate::limiter::component_state::{Bound, BoundSource, Enforcement};
    use crate::limiter::settings::LimiterSettings;
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
        let bound = Bound { bytes: 9, source: BoundSource::Declared };
        let component = Arc::new(Component::new(None, registry, bound, Enforcement::Always));
        let now = Instant::now();
        let request =
            |bytes| admission.request(Request::Reservation(bytes), Some(&component), now, Waker::noop());
        assert!(matches!(request(9), Outcome::Granted));
        assert!(matches!(request(1), Outcome::Waits(_)));
        let attention = Attention { at: now.checked_add(COMPONENTS), live_below: None };
        assert_eq!(admission.attend(now), attention, "there is room in the process: it would never sleep");
    }
}
