//! The report as metrics: one [table](self::table) of what there is, from which both of its forms are written.

#[cfg(feature = "metrics")]
mod facade;
mod prometheus;
#[cfg(feature = "metrics")]
mod publisher;
mod table;

#[cfg(feature = "metrics")]
pub use self::publisher::MetricsPublisher;
use super::MemoryReport;

/// One metric of a [`MemoryReport`], by the conventions of Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetricDescription {
    /// Its name, which ends in its unit and, of a counter, in `_total`.
    pub name: &'static str,
    /// What becomes of its numbers.
    pub kind: MetricKind,
    /// What it counts; `None` of a part, and of a number that stands for something.
    pub unit: Option<MetricUnit>,
    /// The label that tells its series apart, where there may be several.
    pub label: Option<&'static str>,
    /// What it says, in one line.
    pub help: &'static str,
    /// What it is good for, and what to think of before.
    pub reading: &'static str,
}

/// What becomes of the numbers of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// It goes up and down.
    Gauge,
    /// It only grows, from the start of the process on.
    Counter,
    /// Several counters: how many were up to each bound, how many there were, and their sum.
    Histogram,
}

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricUnit {
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Things, such as allocations or callers.
    Count,
}

impl MemoryReport {
    /// Every metric there is, in the order in which they are written, whether or not a report knows a number for it.
    ///
    /// ```
    /// use memory_accounting::{MemoryReport, MetricKind};
    ///
    /// let live = MemoryReport::metrics().find(|metric| metric.name == "memory_accounting_live_bytes");
    /// assert_eq!(live.map(|metric| (metric.kind, metric.label)), Some((MetricKind::Gauge, Some("component"))));
    /// ```
    pub fn metrics() -> impl Iterator<Item = MetricDescription> {
        table::METRICS.iter().map(|metric| metric.description)
    }
}
