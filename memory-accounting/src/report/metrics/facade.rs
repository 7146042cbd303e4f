//! Metrics through the facade `metrics`.

use metrics::{SharedString, Unit, counter, describe_counter, describe_gauge, gauge};

use super::table::{Histogram, METRICS, Value};
use super::{MetricDescription, MetricKind, MetricUnit};
use crate::allocator::AllocationGroupToken;
use crate::report::MemoryReport;

/// One label and its value.
type Label<'a> = Option<(&'static str, &'a str)>;

impl MemoryReport {
    /// Tells the installed `metrics` recorder what this report says, and describes it: the [metrics](Self::metrics) for which there is a
    /// number, under the names and with the labels that they have in [`to_prometheus`](Self::to_prometheus).
    ///
    /// Two things the facade cannot do:
    ///
    /// - A recorder keeps what it was last told. So the series of a component that was removed, or of what is not measured any more, stay as
    ///   they are until the recorder lets go of them (that of Prometheus: by its idle timeout). A peak that is not known any more is NaN.
    /// - A histogram cannot be told how many there were before. So `memory_accounting_limiter_wait_seconds` is told as the series it is made of:
    ///   `_bucket` with the label `le` and `_count` are counters, and `_sum`, which is no whole number, is a gauge. `histogram_quantile`
    ///   works with them.
    pub fn publish_metrics(&self) {
        // The recorder keeps what it is given, for no component.
        AllocationGroupToken::root().scope(|| {
            for metric in METRICS {
                let description = metric.description;
                // Every time: the recorder may be another one than the last time.
                describe(&description);
                metric.visit(self, &mut |label, value| publish(description.name, label, value));
            }
        });
    }
}

fn describe(metric: &MetricDescription) {
    let MetricDescription { name, kind, help, .. } = *metric;
    let unit = metric.unit.map(|unit| match unit {
        MetricUnit::Bytes => Unit::Bytes,
        MetricUnit::Seconds => Unit::Seconds,
        MetricUnit::Count => Unit::Count,
    });
    match (kind, unit) {
        (MetricKind::Gauge, Some(unit)) => describe_gauge!(name, unit, help),
        (MetricKind::Gauge, None) => describe_gauge!(name, help),
        (MetricKind::Counter, Some(unit)) => describe_counter!(name, unit, help),
        (MetricKind::Counter, None) => describe_counter!(name, help),
        (MetricKind::Histogram, _) => {
            describe_counter!(part(name, "_bucket"), Unit::Count, help);
            describe_counter!(part(name, "_count"), Unit::Count, help);
            describe_gauge!(part(name, "_sum"), unit.unwrap_or(Unit::Count), help);
        }
    }
}

fn publish(name: &'static str, label: Label<'_>, value: Value) {
    match value {
        Value::Gauge(number) => match label {
            Some((key, value)) => gauge!(name, key => value.to_owned()).set(number),
            None => gauge!(name).set(number),
        },
        Value::Counter(number) => match label {
            Some((key, value)) => counter!(name, key => value.to_owned()).absolute(number),
            None => counter!(name).absolute(number),
        },
        Value::Histogram(Histogram { buckets, sum, number }) => {
            for (bound, number) in buckets {
                counter!(part(name, "_bucket"), "le" => bound.to_string()).absolute(number);
            }
            counter!(part(name, "_bucket"), "le" => "+Inf").absolute(number);
            counter!(part(name, "_count")).absolute(number);
            gauge!(part(name, "_sum")).set(sum);
        }
    }
}

/// The name of one of the series a histogram is made of.
fn part(name: &str, suffix: &str) -> SharedString {
    SharedString::from(format!("{name}{suffix}"))
}
