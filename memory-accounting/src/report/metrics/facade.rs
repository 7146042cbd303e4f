//! Metrics through the facade `metrics`.

use metrics::{Counter, SharedString, Unit, counter, describe_counter, describe_gauge, gauge};

use super::table::{Histogram, METRICS, Series, Value};
use super::{MetricDescription, MetricKind, MetricUnit};
use crate::report::MemoryReport;

/// What came on top of what a counter was told before; `None` of one that is told all there is.
type OnTop<'a> = &'a dyn Fn(&'static str, Series<'_>, u64) -> Option<u64>;

/// Describes all that `report` has a number for, and tells it.
pub(super) fn publish(report: &MemoryReport, on_top: OnTop<'_>) {
    for metric in METRICS {
        let description = metric.description;
        // Every time: the recorder may be another one than the last time.
        describe(&description);
        metric.visit(report, &mut |series, value| publish_value(description.name, series, value, on_top));
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

fn publish_value(name: &'static str, series: Series<'_>, value: Value, on_top: OnTop<'_>) {
    match value {
        Value::Gauge(number) => match series.label {
            Some((key, value)) => gauge!(name, key => value.to_owned()).set(number),
            None => gauge!(name).set(number),
        },
        Value::Counter(number) => {
            let counter = counter_of(name, series);
            match on_top(name, series, number) {
                Some(number) => counter.increment(number),
                None => counter.absolute(number),
            }
        }
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

fn counter_of(name: &'static str, series: Series<'_>) -> Counter {
    if let Some((key, value)) = series.label {
        counter!(name, key => value.to_owned())
    } else {
        counter!(name)
    }
}

/// The name of one of the series a histogram is made of.
fn part(name: &str, suffix: &str) -> SharedString {
    SharedString::from(format!("{name}{suffix}"))
}
