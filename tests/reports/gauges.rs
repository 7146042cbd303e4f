use std::collections::BTreeMap;

use memory_accounting::{LiveBytes, MemoryReport};
use metrics::Unit;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};

use crate::sample::{KIB, MIB, component, grant, limiter, root, unbounded};

/// The gauges after `publish`, by name and component, and the units they were described with.
fn published(report: &MemoryReport) -> (BTreeMap<String, f64>, BTreeMap<String, Option<Unit>>) {
    published_in_turn(&[report])
}

/// The same after several reports, one after the other.
fn published_in_turn(reports: &[&MemoryReport]) -> (BTreeMap<String, f64>, BTreeMap<String, Option<Unit>>) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || reports.iter().for_each(|report| report.publish_gauges()));
    let (mut values, mut units) = (BTreeMap::new(), BTreeMap::new());
    for (key, unit, description, value) in snapshotter.snapshot().into_vec() {
        let key = key.key();
        let DebugValue::Gauge(value) = value else { panic!("{key} is no gauge") };
        assert!(description.is_some(), "{key} is not described");
        let component = key.labels().next().map(|label| format!("{{{}={}}}", label.key(), label.value()));
        values.insert(format!("{}{}", key.name(), component.unwrap_or_default()), value.into_inner());
        units.insert(key.name().to_owned(), unit);
    }
    (values, units)
}

#[test]
fn every_number_is_a_gauge_of_its_own() {
    let report = MemoryReport::of(root(KIB, vec![component("source", 4 * KIB, 2 * KIB).with_reserved(2500)]))
        .with_resident_bytes(MIB)
        .with_grant(grant())
        .with_limiter(&limiter(1000));
    let (values, units) = published(&report);
    let expected = [
        ("memory_accounting_firm_limit_bytes{component=root}", 0.0),
        ("memory_accounting_firm_limit_bytes{component=source}", 4096.0),
        ("memory_accounting_grant_bytes", 12.0 * 1_048_576.0),
        ("memory_accounting_limiter_fullness", 1.0),
        ("memory_accounting_limiter_held_bytes", 1000.0),
        ("memory_accounting_limiter_level", 2.0),
        ("memory_accounting_limiter_limit_bytes", 1000.0),
        ("memory_accounting_limiter_tracked_bytes", 1000.0),
        ("memory_accounting_limiter_waiting", 0.0),
        ("memory_accounting_live_bytes{component=root}", 1024.0),
        ("memory_accounting_live_bytes{component=source}", 2048.0),
        ("memory_accounting_minimum_bytes{component=root}", 0.0),
        ("memory_accounting_minimum_bytes{component=source}", 2048.0),
        ("memory_accounting_over_bytes{component=source}", 452.0),
        ("memory_accounting_peak_bytes{component=root}", f64::NAN),
        ("memory_accounting_peak_bytes{component=source}", 3072.0),
        ("memory_accounting_reserved_bytes{component=source}", 2500.0),
        ("memory_accounting_resident_bytes", 1_048_576.0),
        ("memory_accounting_total_peak_bytes", 6144.0),
    ];
    let as_text = |(name, value): (&str, f64)| (name.to_owned(), value.to_string());
    let values: Vec<_> = values.iter().map(|(name, value)| as_text((name, *value))).collect();
    assert_eq!(values, expected.map(as_text), "and NaN equals nothing but its text");
    for (name, unit) in units {
        let expected = match name.as_str() {
            "memory_accounting_limiter_fullness" | "memory_accounting_limiter_level" => None,
            "memory_accounting_limiter_waiting" => Some(Unit::Count),
            _ => Some(Unit::Bytes),
        };
        assert_eq!(unit, expected, "{name}");
    }
}

#[test]
fn what_is_not_measured_has_no_gauge_and_what_is_unbounded_is_infinite() {
    let (values, _) = published(&MemoryReport::of(unbounded("root")));
    assert_eq!(
        values.keys().collect::<Vec<_>>(),
        [
            "memory_accounting_firm_limit_bytes{component=root}",
            "memory_accounting_minimum_bytes{component=root}"
        ]
    );
    assert!(values["memory_accounting_firm_limit_bytes{component=root}"].is_infinite());
}

#[test]
fn a_peak_that_is_not_known_any_more_does_not_stay() {
    let one = || component("source", 4 * KIB, 2 * KIB);
    let known = MemoryReport::of(one());
    let unknown = MemoryReport::of(one().with_live(LiveBytes::new(KIB, 1), None));
    for name in ["memory_accounting_peak_bytes{component=source}", "memory_accounting_total_peak_bytes"] {
        assert_eq!(published(&known).0[name].to_string(), "3072");
        assert_eq!(published_in_turn(&[&known, &unknown]).0[name].to_string(), "NaN");
        assert_eq!(published_in_turn(&[&unknown, &known]).0[name].to_string(), "3072");
    }
}
