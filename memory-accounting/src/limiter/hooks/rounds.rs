//! Asking the reclaim hooks, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Hooks;
use super::backoff::Backoff;
use super::reclaim::Reclaimer;
use super::worker::Work;
use crate::limiter::shortage::Refused;

/// Until the hooks are asked again that gave something back: callers go on meanwhile, and take what they need.
const AFTER_USE: Duration = Duration::from_millis(10);

/// Until they are asked again when they gave nothing: at first, and at most.
const AFTER_NONE: Duration = Duration::from_millis(100);
const AFTER_NONES: Duration = Duration::from_secs(5);

/// A round is of use that gave back one in so many of the wanted bytes; less is what other threads free by chance.
const OF_USE: u64 = 100;

/// Asks every hook once, in order, until there is enough; then again, the more seldom the less came of it.
#[derive(Debug)]
pub(super) struct Rounds {
    rest: Backoff,
    round: Option<Round>,
}

#[derive(Debug)]
struct Round {
    left: VecDeque<Arc<Reclaimer>>,
    /// Who was asked, and until when it has time.
    asked: Option<(Arc<Reclaimer>, Instant)>,
    /// What somebody was refused before.
    refused: Refused,
    wanted_at_first: u64,
    reclaimed_before: u64,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { rest: Backoff::new(AFTER_NONE, AFTER_NONES), round: None }
    }
}

impl Rounds {
    /// Does what is to be done now, and says when to come again at the latest.
    pub(super) fn step(&mut self, hooks: &Hooks, now: Instant) -> Option<Instant> {
        if self.round.is_none() {
            match self.begin(hooks, now) {
                Begun::Round(round) => self.round = Some(round),
                Begun::Later(at) => return at,
            }
        }
        let round = self.round.as_mut()?;
        if let Some(until) = round.step(hooks, now) {
            return Some(until);
        }
        let reclaimed = hooks.reclaimed_bytes().saturating_sub(round.reclaimed_before);
        if reclaimed.saturating_mul(OF_USE) >= round.wanted_at_first {
            self.rest.succeeded(now, AFTER_USE);
        } else {
            self.rest.failed(now);
        }
        let refused = round.refused.bytes;
        self.round = None;
        if hooks.admission.wanted_bytes(refused, now) > 0 || hooks.admission.shortage.has_refused() {
            return self.rest.until(now);
        }
        self.rest.not_needed();
        None
    }

    fn begin(&mut self, hooks: &Hooks, now: Instant) -> Begun {
        let shortage = &hooks.admission.shortage;
        let wanted = hooks.admission.wanted_bytes(0, now);
        if wanted == 0 && !shortage.has_refused() {
            self.rest.not_needed();
            return Begun::Later(None);
        }
        if let Some(until) = self.rest.until(now) {
            return Begun::Later(Some(until));
        }
        let refused = shortage.take_refused();
        let left = hooks.in_order();
        let wanted = hooks.admission.wanted_bytes(refused.bytes, now);
        let level = hooks.admission.overview(now).level;
        let of_components = left.iter().map(|hook| hook.wanted_of_component(&refused, level)).max();
        let wanted_at_first = wanted.max(of_components.unwrap_or(0));
        if wanted_at_first == 0 || left.is_empty() {
            return Begun::Later(None);
        }
        let reclaimed_before = hooks.reclaimed_bytes();
        Begun::Round(Round { left, asked: None, refused, wanted_at_first, reclaimed_before })
    }
}

enum Begun {
    Round(Round),
    /// Nothing is to be done before then.
    Later(Option<Instant>),
}

impl Round {
    /// Until when the one who was asked last has time; `None` at the end.
    fn step(&mut self, hooks: &Hooks, now: Instant) -> Option<Instant> {
        let admission = &hooks.admission;
        loop {
            if let Some((hook, until)) = &self.asked {
                if hook.worker().is_busy() {
                    if now < *until {
                        return Some(*until);
                    }
                    hook.overran();
                }
                self.asked = None;
                // What was freed and not reported makes room as well.
                admission.look_exactly(now);
            }
            let hook = self.left.pop_front()?;
            let level = admission.overview(now).level;
            let wanted = admission.wanted_bytes(self.refused.bytes, now);
            let wanted = wanted.max(hook.wanted_of_component(&self.refused, level));
            if wanted == 0 {
                continue;
            }
            self.asked = hook.ask(wanted, level, now).map(|until| (hook, until));
        }
    }
}
