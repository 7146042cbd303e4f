//! One load with one policy.

use std::fmt;

use crate::cgroup::confined::{End, Outcome};
use crate::cgroup::load::{Load, Progress};
use crate::cgroup::policy::Policy;
use crate::cgroup::size::Mebibytes;

pub(crate) const HEAD: &str = "\
| | | survived | drained | live above the grant | all in the group | longest wait |
|---|---|--:|--:|--:|--:|--:|";

/// What several runs came to, each number the worst of them.
pub(crate) struct Row<'a> {
    load: &'a str,
    policy: Policy,
    outcomes: Vec<Outcome<Progress>>,
}

impl<'a> Row<'a> {
    pub(crate) fn measure(name: &'a str, load: &Load, rounds: u32) -> Self {
        let outcomes = (1..=rounds).map(|round| {
            let outcome = load.in_group();
            eprintln!("{name}, {}, round {round} of {rounds}: {outcome}", load.policy);
            outcome
        });
        Self { load: name, policy: load.policy, outcomes: outcomes.collect() }
    }

    fn worst(&self, number: impl Fn(&Progress) -> usize) -> usize {
        self.outcomes.iter().map(|outcome| number(&outcome.last)).max().unwrap_or_default()
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let survived = self.outcomes.iter().filter(|outcome| outcome.end == End::Survived).count();
        let share =
            self.outcomes.iter().map(|outcome| outcome.last.drained_share).fold(f64::INFINITY, f64::min);
        let (overshoot, grant) =
            (self.worst(|progress| progress.overshoot_bytes), self.worst(|progress| progress.grant_bytes));
        let hundredths = overshoot.saturating_mul(10_000).checked_div(grant).unwrap_or_default();
        write!(formatter, "| {} | {} | {survived} of {} ", self.load, self.policy, self.outcomes.len())?;
        write!(formatter, "| {:.1} % ", share * 100.0)?;
        let (whole, part) = (hundredths / 100, hundredths % 100);
        // What became of it between the last report and the kill is not known.
        let at_least = if survived == self.outcomes.len() { "" } else { "≥ " };
        write!(formatter, "| {at_least}{} ({whole}.{part:02} %) ", Mebibytes(overshoot))?;
        match self.outcomes.iter().filter_map(|outcome| outcome.peak_group_bytes).max() {
            Some(peak) => write!(formatter, "| {} ", Mebibytes(peak))?,
            None => write!(formatter, "| ")?,
        }
        let waited = self.outcomes.iter().map(|outcome| outcome.last.longest_wait_milliseconds).max();
        write!(formatter, "| {} ms |", waited.unwrap_or_default())
    }
}
