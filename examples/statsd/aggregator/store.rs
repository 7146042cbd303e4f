//! All metrics, in tables whose size the configuration decides.

mod forgetting;
mod reconfiguring;

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::context::ContextWriter;
use super::family::Families;
use super::metric::{Metric, add};
use super::{Context, DropReason, Reading};
use crate::configuration::{AggregatorConfiguration, SignedGauges};
use crate::protocol::{Kind, Line, Value};

use forgetting::CONFLICTS_LOOKED_AT;

/// What is kept of every context.
pub(crate) type SeriesTable = HashMap<Context, Series>;

/// The metrics of every context, and what is needed to find, bound and show them.
#[derive(Debug)]
pub(crate) struct Store {
    configuration: AggregatorConfiguration,
    series: SeriesTable,
    /// Every context once more: first those that were there when somebody wanted to see them, sorted, then the others.
    order: Vec<Context>,
    sorted: usize,
    families: Families,
    writer: ContextWriter,
    /// Scratch space for quantiles.
    sorting: Vec<f64>,
    hasher: RandomState,
    /// Seconds since 1970, as of the latest packet.
    now: u64,
    /// Whether there may be idle contexts, which give their places to others.
    may_replace: bool,
    /// Idle contexts that did.
    replaced: u64,
    conflicts_to_look_at: u32,
}

/// A series as it is shown.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) context: Context,
    pub(crate) kind: Kind,
    pub(crate) reading: Reading,
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
            sorted: 0,
            families: Families::new(context_limit, configuration.max_name_bytes.get()),
            writer: ContextWriter::new(configuration),
            sorting: Vec::with_capacity(configuration.sample_limit.get()),
            hasher: RandomState::new(),
            now: 0,
            may_replace: true,
            replaced: 0,
            conflicts_to_look_at: CONFLICTS_LOOKED_AT,
            configuration: configuration.clone(),
        }
    }

    /// Contexts held.
    pub(crate) fn len(&self) -> usize {
        self.series.len()
    }

    pub(crate) fn flush_interval(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.configuration.flush_seconds.get()).unwrap_or(u64::MAX))
    }

    pub(crate) fn context_limit(&self) -> usize {
        self.configuration.context_limit.get()
    }

    /// The names that have the most contexts, at most `count` of them, with how many those are.
    pub(crate) fn largest_families(&self, count: usize) -> Vec<(usize, Box<str>)> {
        self.families.largest(count)
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

    /// Puts the contexts that came since in their places among those that are shown.
    pub(crate) fn sort(&mut self) {
        if self.sorted < self.order.len() {
            self.order.sort_unstable();
            self.sorted = self.order.len();
        }
    }

    /// Reads the series that come after a context by name and labels, as many as `entries` has room for. What came after
    /// [`sort`](Self::sort) is not among them.
    pub(crate) fn read_after(&mut self, context: Option<&Context>, entries: &mut Vec<Entry>) {
        let sorted = self.order.get(..self.sorted).unwrap_or_default();
        let start = context.map_or(0, |context| sorted.partition_point(|other| other <= context));
        let room = entries.capacity().saturating_sub(entries.len());
        for context in sorted.iter().skip(start).take(room) {
            if let Some(series) = self.series.get(context) {
                let reading = series.metric.read(&mut self.sorting);
                entries.push(Entry { context: context.clone(), kind: series.kind, reading });
            }
        }
    }

    /// Shows every series, sorted by name and labels.
    #[cfg(test)]
    pub(crate) fn visit(&mut self, mut visitor: impl FnMut(&Context, Kind, Reading)) {
        self.sort();
        let mut entries = Vec::with_capacity(self.len());
        self.read_after(None, &mut entries);
        for entry in entries {
            visitor(&entry.context, entry.kind, entry.reading);
        }
    }

    /// Makes sure that the line's context is there, has its kind, and is what the writer holds.
    fn prepare(&mut self, line: &Line<'_>) -> Result<(), DropReason> {
        self.writer.write(line.name, line.kind, line.tags)?;
        if let Some(series) = self.series.get(self.writer.text()) {
            if series.kind == line.kind {
                return Ok(());
            }
            if !self.forget_idle_family() {
                return Err(DropReason::KindConflict);
            }
        }
        if self.families.kind(self.writer.name()).is_some_and(|kind| kind != line.kind) {
            self.forget_idle_family();
        }
        self.families.check(self.writer.name(), line.kind)?;
        if !self.has_place() {
            return Err(DropReason::ContextLimit);
        }
        self.families.add_context(self.writer.name(), line.kind);
        let context = Context::new(self.writer.text());
        self.order.push(context.clone());
        self.series.insert(context, Series { kind: line.kind, metric: Metric::new(line.kind), idle: 0 });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
