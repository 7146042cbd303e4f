use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryReport};
use serde_json::{Value, json};

use crate::sample::{KIB, component, limiter, root, unbounded};

#[test]
fn a_report_is_the_tree_and_what_is_known_of_the_process() {
    let source = component("source", 4 * KIB, 2 * KIB)
        .with_reserved(2500)
        .with_at_peak(1536)
        .with_largest_allocations(vec![700, 5]);
    let report = MemoryReport::of(root(KIB, vec![source, unbounded("sink")]))
        .with_resident_bytes(77)
        .with_grant(MemoryGrant::with_slop_factor(1000, 0.5).unwrap())
        .with_limiter(&limiter(1000));
    let expected = json!({
        "components": {
            "name": "root",
            "declared": {"minimum": 0, "firm_limit": 0},
            "total_declared": {"minimum": 2055, "firm_limit": null},
            "live": {"bytes": 1024, "objects": 1},
            "counted": null,
            "total_live": {"bytes": 3072, "objects": 3},
            "reserved_bytes": null,
            "total_reserved_bytes": 2500,
            "over_bytes": null,
            "total_over_bytes": null,
            "peak_bytes": null,
            "total_peak_bytes": 6144,
            "at_peak_bytes": null,
            "total_at_peak_bytes": 1536,
            "largest_allocations_bytes": [],
            "subcomponents": [
                {
                    "name": "source",
                    "declared": {"minimum": 2048, "firm_limit": 4096},
                    "total_declared": {"minimum": 2048, "firm_limit": 4096},
                    "live": {"bytes": 2048, "objects": 2},
                    "total_live": {"bytes": 2048, "objects": 2},
                    "counted": null,
                    "reserved_bytes": 2500,
                    "total_reserved_bytes": 2500,
                    "over_bytes": 452,
                    "total_over_bytes": 452,
                    "peak_bytes": 3072,
                    "total_peak_bytes": 3072,
                    "at_peak_bytes": 1536,
                    "total_at_peak_bytes": 1536,
                    "largest_allocations_bytes": [700, 5],
                    "subcomponents": [],
                },
                {
                    "name": "sink",
                    "declared": {"minimum": 7, "firm_limit": null},
                    "total_declared": {"minimum": 7, "firm_limit": null},
                    "live": null,
                    "total_live": null,
                    "counted": null,
                    "reserved_bytes": null,
                    "total_reserved_bytes": null,
                    "over_bytes": null,
                    "total_over_bytes": null,
                    "peak_bytes": null,
                    "total_peak_bytes": null,
                    "at_peak_bytes": null,
                    "total_at_peak_bytes": null,
                    "largest_allocations_bytes": [],
                    "subcomponents": [],
                },
            ],
        },
        "undeclared_bytes": 1024,
        "resident_bytes": 77,
        "grant": {"initial_limit_bytes": 1000, "slop_factor": 0.5, "effective_limit_bytes": 500},
        "slop": {
            "limit_bytes": 1000,
            "set_aside_bytes": 0,
            "needed_bytes": 1024,
            "needed_factor": null,
            "overhead": {"bytes": 0, "measured": "now"},
            "undeclared": {"bytes": 1024, "measured": "now"},
        },
        "limiter": limiter_without_counts(),
    });
    let mut json = serde_json::to_value(&report).unwrap();
    let counts = json["limiter"].as_object_mut().unwrap().remove("counts").unwrap();
    let kernel = json["limiter"].as_object_mut().unwrap().remove("kernel").unwrap();
    assert!(kernel.is_object());
    assert_eq!(json, expected);
    assert_eq!((&counts["waited"], &counts["waits"]["to_1_second"]), (&0.into(), &0.into()));
}

/// That of the report, but for what it counts.
fn limiter_without_counts() -> Value {
    json!({
        "mode": "enforce",
        "level": "hard",
        "ledger": {
            "live_bytes": 1000,
            "unfilled_bytes": 0,
            "overhead_bytes": 0,
            "retained_bytes": 0,
            "resident_bytes": null,
        },
        "greatest_overhead_bytes": null,
        "limits": {
            "effective_bytes": 1000,
            "full_bytes": 1000,
            "tracked": {"soft": 800, "soft_ends": 750, "hard": 950, "hard_ends": 900},
            "held": {"soft": 900, "soft_ends": 850, "hard": 970, "hard_ends": 920},
        },
        "limit_source": null,
        "waiting": 0,
        "reservations": 0,
        "health": "healthy",
        "hooks": [],
    })
}

#[test]
fn what_is_not_known_is_left_out() {
    let json = serde_json::to_value(MemoryReport::of(component("root", 0, 0))).unwrap();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["components", "undeclared_bytes"]);
}

#[test]
fn a_component_is_found_by_its_full_name() {
    let child = component("a.b", KIB, 0);
    let report = MemoryReport::of(root(0, vec![child.clone()]));
    assert_eq!(report.component("a.b"), Some(&child));
    assert_eq!(report.component("root"), Some(report.components()));
    assert_eq!(report.component("b"), None);
}

#[test]
fn a_report_of_the_process_knows_its_resident_size() {
    let resident = MemoryReport::new(&ComponentRegistry::default()).resident_bytes();
    // More than a page where it is known: this program is loaded.
    assert_eq!(resident.is_some_and(|bytes| bytes > 4096), cfg!(target_os = "linux"));
}
