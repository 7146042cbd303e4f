//! All metrics, in tables whose size the configuration decides.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::context::ContextWriter;
use super::family::Families;
use super::metric::{Metric, add};
use super::{Context, DropReason, Reading};
use crate::configuration::{AggregatorConfiguration, SignedGauges};
use crate::protocol::{Kind, Line, Value};

/// What is kept of every context.
pub(crate) type SeriesTable = HashMap<Context, Series>;

/// The metrics of every context, and what is needed to find, bound and show them.
#[derive(Debug)]
pub(crate) struct Store {
    configuration: AggregatorConfiguration,
    series: SeriesTable,
    /// Every context once more, sorted when they are shown.
    order: Vec<Context>,
    is_sorted: bool,
    families: Families,
    writer: ContextWriter,
    /// Scratch space for quantiles.
    sorting: Vec<f64>,
    hasher: RandomState,
    /// Seconds since 1970, as of the latest packet.
    now: u64,
}

/// One context's metric.
#[derive(Debug)]
pub(crate) struct Series {
    kind: Kind,
    metric: Metric,
    /// Flushes since somebody last sent to it.
    idle: usize,
}

impl Store {
    pub(crate) fn new(configuration: &AggregatorConfiguration) -> Self {
        let context_limit = configuration.context_limit.get();
        Self {
            // Twice the items: a table that has seen removals needs it. It never grows, as nothing is inserted that is there.
            series: HashMap::with_capacity(context_limit.saturating_mul(2)),
            order: Vec::with_capacity(context_limit),
            is_sorted: true,
            families: Families::new(context_limit, configuration.max_name_bytes.get()),
            writer: ContextWriter::new(configuration),
            sorting: Vec::with_capacity(configuration.sample_limit.get()),
            hasher: RandomState::new(),
            now: 0,
            configuration: configuration.clone(),
        }
    }

    /// Contexts held.
    pub(crate) fn len(&self) -> usize {
        self.series.len()
    }

    /// The time of the lines that follow, in seconds since 1970.
    pub(crate) fn set_time(&mut self, now: u64) {
        self.now = now;
    }

    /// Adds the values of a line to its context; what a limit keeps out is reported with the limit.
    pub(crate) fn record(&mut self, line: &Line<'_>, mut dropped: impl FnMut(DropReason)) {
        if let Err(reason) = self.prepare(line) {
            dropped(reason);
            return;
        }
        let Some(series) = self.series.get_mut(self.writer.text()) else {
            return;
        };
        series.idle = 0;
        let weight = line.weight();
        if let Metric::Gauge(gauge) = &mut series.metric {
            if !gauge.date(line.time, self.now) {
                dropped(DropReason::Outdated);
                return;
            }
        }
        for value in line.values() {
            match (&mut series.metric, value) {
                (Metric::Counter(total), Value::Number(number)) => *total = add(*total, number * weight),
                (Metric::Gauge(gauge), Value::Number(level)) => gauge.set(level),
                (Metric::Gauge(gauge), Value::Signed(number)) => match self.configuration.signed_gauges {
                    SignedGauges::Change => gauge.change(number),
                    SignedGauges::Level => gauge.set(number),
                },
                (Metric::Distribution(distribution), Value::Number(number)) => {
                    distribution.record(number, weight, self.configuration.sample_limit.get());
                }
                (Metric::Set(set), Value::Member(member)) => {
                    let hash = self.hasher.hash_one(member);
                    let has_room = set.insert(hash, self.configuration.set_limit.get());
                    if !has_room {
                        dropped(DropReason::SetLimit);
                    }
                }
                // The parser makes numbers for numeric kinds, changes for gauges and members for sets.
                _ => {}
            }
        }
    }

    /// Starts the next flush interval and forgets idle contexts; returns how many.
    pub(crate) fn flush(&mut self) -> u64 {
        let before = self.series.len();
        let families = &mut self.families;
        let idle_flushes = self.configuration.idle_flushes.get();
        self.series.retain(|context, series| {
            series.idle = series.idle.saturating_add(1);
            let keep = series.idle <= idle_flushes;
            if keep {
                series.metric.flush();
            } else {
                families.remove_context(context.name());
            }
            keep
        });
        self.forget_order(before)
    }

    /// Forgets the `count` contexts to which nobody has sent for the longest time, or all where there are not so many, to make
    /// room; returns how many that were. It allocates nothing, and passes over the series once for each age.
    pub(crate) fn shed(&mut self, count: usize) -> u64 {
        let before = self.series.len();
        let mut left = count;
        while left > 0 {
            let Some(oldest) = self.series.values().map(|series| series.idle).max() else { break };
            let families = &mut self.families;
            self.series.retain(|context, series| {
                let keep = left == 0 || series.idle < oldest;
                if !keep {
                    left = left.saturating_sub(1);
                    families.remove_context(context.name());
                }
                keep
            });
        }
        self.forget_order(before)
    }

    /// After contexts were removed from the series, of which there were `before`; returns how many it were.
    fn forget_order(&mut self, before: usize) -> u64 {
        let removed = before.saturating_sub(self.series.len());
        if removed > 0 {
            self.order.retain(|context| self.series.contains_key(context));
        }
        u64::try_from(removed).unwrap_or(u64::MAX)
    }

    /// Shows every series, sorted by name and labels.
    pub(crate) fn visit(&mut self, mut visitor: impl FnMut(&Context, Kind, Reading)) {
        if !self.is_sorted {
            self.order.sort_unstable();
            self.is_sorted = true;
        }
        for context in &self.order {
            if let Some(series) = self.series.get(context) {
                visitor(context, series.kind, series.metric.read(&mut self.sorting));
            }
        }
    }

    /// Makes sure that the line's context is there, has its kind, and is what the writer holds.
    fn prepare(&mut self, line: &Line<'_>) -> Result<(), DropReason> {
        self.writer.write(line.name, line.kind, line.tags)?;
        if let Some(series) = self.series.get(self.writer.text()) {
            return if series.kind == line.kind { Ok(()) } else { Err(DropReason::KindConflict) };
        }
        if self.series.len() >= self.configuration.context_limit.get() {
            return Err(DropReason::ContextLimit);
        }
        self.families.add_context(self.writer.name(), line.kind)?;
        let context = Context::new(self.writer.text());
        self.order.push(context.clone());
        self.is_sorted = false;
        self.series.insert(context, Series { kind: line.kind, metric: Metric::new(line.kind), idle: 0 });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
