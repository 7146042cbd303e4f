use std::collections::BTreeMap;

use insta::assert_snapshot;
use memory_accounting::allocator::AllocationStatsSnapshot;
use memory_accounting::{ComponentRegistry, ComponentUsage, LiveBytes, MemoryReport, MetricKind, MetricUnit};
use metrics::Unit;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use crate::sample::{KIB, MIB, component, grant, limiter, root, unbounded};

fn counted(name: &str) -> ComponentUsage {
    let counted = AllocationStatsSnapshot {
        allocated_bytes: 5000,
        allocated_objects: 9,
        deallocated_bytes: 2952,
        deallocated_objects: 7,
    };
    component(name, 4 * KIB, 2 * KIB).with_reserved(2500).with_at_peak(1536).with_counted(counted)
}

/// A report with a number for every metric.
fn full() -> MemoryReport {
    let limiter = limiter(1000);
    limiter.try_reserve(1).unwrap_err();
    limiter.try_reserve(1).unwrap_err();
    limiter.try_reserve(1001).unwrap_err();
    MemoryReport::of(root(KIB, vec![counted("source")]))
        .with_resident_bytes(MIB)
        .with_grant(grant())
        .with_limiter(&limiter)
}

/// The series after `publish`, by name and label, and the units they were described with.
fn published(reports: &[&MemoryReport]) -> (BTreeMap<String, String>, BTreeMap<String, Option<Unit>>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || reports.iter().for_each(|report| report.publish_metrics()));
    let (mut values, mut units) = (BTreeMap::new(), BTreeMap::new());
    for (key, unit, description, value) in snapshotter.snapshot().into_vec() {
        let key = key.key();
        let value = match value {
            DebugValue::Gauge(value) if value.is_infinite() => "+Inf".to_owned(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Counter(value) => value.to_string(),
            DebugValue::Histogram(_) => panic!("{key} cannot be told by the facade"),
        };
        assert!(description.is_some(), "{key} is not described");
        let label = key.labels().next().map(|label| format!("{{{}=\"{}\"}}", label.key(), label.value()));
        values.insert(format!("{}{}", key.name(), label.unwrap_or_default()), value);
        units.insert(key.name().to_owned(), unit);
    }
    (values, units)
}

/// The series of a page.
fn series(page: &str) -> BTreeMap<String, String> {
    let lines = page.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[test]
fn the_page_and_the_facade_say_the_same() {
    let report = full();
    assert_eq!(published(&[&report]).0, series(&report.to_prometheus()));
    let report = MemoryReport::of(root(0, vec![unbounded("huge")]));
    assert_eq!(published(&[&report]).0, series(&report.to_prometheus()));
}

#[test]
fn every_number_is_on_the_page() {
    let series = series(&full().to_prometheus());
    for (name, value) in [
        ("memory_accounting_firm_limit_bytes{component=\"source\"}", "4096"),
        ("memory_accounting_live_bytes{component=\"root\"}", "1024"),
        ("memory_accounting_over_bytes{component=\"source\"}", "452"),
        ("memory_accounting_peak_bytes{component=\"root\"}", "NaN"),
        ("memory_accounting_at_peak_bytes{component=\"source\"}", "1536"),
        ("memory_accounting_reserved_bytes{component=\"source\"}", "2500"),
        ("memory_accounting_allocated_bytes_total{component=\"source\"}", "5000"),
        ("memory_accounting_frees_total{component=\"source\"}", "7"),
        ("memory_accounting_process_peak_bytes", "6144"),
        ("memory_accounting_process_resident_bytes", "1048576"),
        ("memory_accounting_grant_full_bytes", "16777216"),
        ("memory_accounting_grant_effective_bytes", "12582912"),
        ("memory_accounting_undeclared_bytes", "1024"),
        ("memory_accounting_limiter_live_bytes", "1000"),
        ("memory_accounting_limiter_level", "2"),
        ("memory_accounting_limiter_fullness_ratio", "1"),
        ("memory_accounting_limiter_refused_total{reason=\"exhausted\"}", "2"),
        ("memory_accounting_limiter_refused_total{reason=\"rejected\"}", "1"),
        ("memory_accounting_limiter_wait_seconds_bucket{le=\"0.0001\"}", "0"),
        ("memory_accounting_limiter_wait_seconds_bucket{le=\"+Inf\"}", "0"),
        ("memory_accounting_limiter_wait_seconds_count", "0"),
    ] {
        assert_eq!(series.get(name).map(String::as_str), Some(value), "{name}");
    }
}

#[test]
fn a_metric_is_said_and_typed_once_and_what_is_not_known_is_left_out() {
    assert_snapshot!(MemoryReport::of(unbounded("a \"b\\\nc")).to_prometheus(), @r#"
    # HELP memory_accounting_minimum_bytes Bytes the component declared to need up front
    # TYPE memory_accounting_minimum_bytes gauge
    memory_accounting_minimum_bytes{component="a \"b\\\nc"} 7
    # HELP memory_accounting_firm_limit_bytes Bytes the component declared to use at most
    # TYPE memory_accounting_firm_limit_bytes gauge
    memory_accounting_firm_limit_bytes{component="a \"b\\\nc"} +Inf
    "#);
}

#[test]
fn names_end_in_what_they_count() {
    let (_, units) = published(&[&full()]);
    for metric in MemoryReport::metrics() {
        let is_counter = metric.kind == MetricKind::Counter;
        assert_eq!(metric.name.ends_with("_total"), is_counter, "{}", metric.name);
        let stem = metric.name.trim_end_matches("_total");
        assert_eq!(stem.ends_with("_bytes"), metric.unit == Some(MetricUnit::Bytes), "{}", metric.name);
        assert_eq!(stem.ends_with("_seconds"), metric.unit == Some(MetricUnit::Seconds), "{}", metric.name);
        if metric.unit == Some(MetricUnit::Bytes) && metric.name != "memory_accounting_limiter_resident_bytes"
        {
            assert_eq!(units[metric.name], Some(Unit::Bytes), "{}", metric.name);
        }
    }
}

#[test]
fn a_peak_that_is_not_known_any_more_does_not_stay() {
    let one = || component("source", 4 * KIB, 2 * KIB);
    let known = MemoryReport::of(one());
    let unknown = MemoryReport::of(one().with_live(LiveBytes::new(KIB, 1), None));
    for name in ["memory_accounting_peak_bytes{component=\"source\"}", "memory_accounting_process_peak_bytes"]
    {
        assert_eq!(published(&[&known]).0[name], "3072");
        assert_eq!(published(&[&known, &unknown]).0[name], "NaN");
        assert_eq!(published(&[&unknown, &known]).0[name], "3072");
    }
}

#[test]
fn what_is_live_is_no_number_where_nothing_tracks_it() {
    let series =
        series(&MemoryReport::new(&ComponentRegistry::default()).with_limiter(&limiter(0)).to_prometheus());
    assert_eq!(series["memory_accounting_tracking_installed"], "0");
    for name in ["limiter_live_bytes", "limiter_overhead_bytes", "undeclared_bytes"] {
        assert_eq!(series.get(&format!("memory_accounting_{name}")), None, "{name}");
    }
    assert_eq!(series["memory_accounting_limiter_full_limit_bytes"], "1000");
}
