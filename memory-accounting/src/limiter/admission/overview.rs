//! What a limiter shows of itself.

use std::time::{Duration, Instant};

use super::Admission;
use super::state::State;
use crate::grant::MemoryGrant;
use crate::limiter::component::Component;
use crate::limiter::error::MemoryScarce;
use crate::limiter::ledger::Ledger;
use crate::limiter::level::{Level, Measure};
use crate::limiter::limits::Limits;
use crate::limiter::settings::LimiterMode;
use crate::system::PressureSignals;

/// A limiter at one moment, for reports.
#[derive(Debug)]
pub(in crate::limiter) struct Overview {
    pub(in crate::limiter) mode: LimiterMode,
    pub(in crate::limiter) level: Level,
    pub(in crate::limiter) limits: Limits,
    pub(in crate::limiter) ledger: Ledger,
    pub(in crate::limiter) greatest_overhead_bytes: Option<u64>,
    pub(in crate::limiter) reservable_bytes: u64,
    pub(in crate::limiter) held_hard_percent: u8,
    pub(in crate::limiter) slop_factor: f64,
    pub(in crate::limiter) limit_source: Option<String>,
    pub(in crate::limiter) signals: PressureSignals,
    pub(in crate::limiter) waiting: usize,
    pub(in crate::limiter) holders: u64,
    pub(in crate::limiter) reading_at: Option<Instant>,
    pub(in crate::limiter) stale_after: Duration,
}

impl MemoryScarce {
    /// The same, with what `component` has where it is over its bound.
    pub(super) fn with_over(self, component: Option<&Component>) -> Self {
        let component = component.and_then(|component| component.over(0, self.level)).map(Box::new);
        Self { component, ..self }
    }
}

impl Admission {
    pub(in crate::limiter) fn overview(&self, now: Instant) -> Overview {
        self.looked(now, |state| {
            let ledger = self.ledger(state, now);
            Overview {
                mode: state.settings.mode,
                level: state.levels.level(),
                limits: state.limits,
                ledger,
                greatest_overhead_bytes: state.resident.map(|last| last.overhead.greatest_bytes()),
                reservable_bytes: state.reservable(ledger),
                held_hard_percent: state.settings.held_hard_percent,
                slop_factor: state.grant.slop_factor(),
                limit_source: state.limit_source(),
                signals: state.signals,
                waiting: state.queue.len(),
                holders: self.holders(),
                reading_at: state.resident.map(|resident| resident.at).or(state.live_at),
                stale_after: state.settings.stale_after(),
            }
        })
    }

    pub(in crate::limiter) fn scarcity(&self, component: Option<&Component>, now: Instant) -> MemoryScarce {
        let scarce = self.scarce(&self.locked(), now);
        scarce.with_over(component)
    }

    /// Without the component: what there is to say of it is allocated, and that is for after the lock.
    pub(super) fn scarce(&self, state: &State, now: Instant) -> MemoryScarce {
        let level = state.levels.level();
        let (ledger, measure) = (self.ledger(state, now), state.levels.measure());
        let (used_bytes, limit_bytes) = match measure {
            Measure::Tracked => (ledger.tracked_bytes(), state.limits.effective_bytes),
            Measure::Held => (ledger.held_bytes(), state.limits.full_bytes),
        };
        MemoryScarce { level, measure, used_bytes, limit_bytes, component: None }
    }

    pub(in crate::limiter) fn grant(&self) -> MemoryGrant {
        self.locked().tightest_grant()
    }

    pub(in crate::limiter) fn granted_bytes(&self) -> u64 {
        self.locked().grant.initial_limit_bytes() as u64
    }

    pub(in crate::limiter) fn full_limit_bytes(&self) -> u64 {
        self.locked().limits.full_bytes
    }

    pub(in crate::limiter) fn waiting(&self) -> usize {
        self.promises.waiting()
    }
}
