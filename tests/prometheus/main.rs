//! What a real Prometheus makes of the page of metrics, and of the rules and the board beside it.
//!
//! `.ci/prometheus` has the page written to the file that `PROMETHEUS_PAGE` names, has Prometheus scrape it, and asks for what is on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use memory_accounting::allocator::AllocationStatsSnapshot;
use memory_accounting::{
    ComponentUsage, DeclaredBytes, LiveBytes, MemoryGrant, MemoryLimiter, MemoryReport, MetricKind,
};

const PREFIX: &str = "memory_accounting_";

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/prometheus").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A report with a number for every metric.
fn page() -> String {
    let counted = AllocationStatsSnapshot {
        allocated_bytes: 5000,
        allocated_objects: 9,
        deallocated_bytes: 2952,
        deallocated_objects: 7,
    };
    let source = ComponentUsage::new("topology.\"10.0.0.1:80\"")
        .with_declared(DeclaredBytes::new(Some(1024), Some(4096)))
        .with_live(LiveBytes::new(2048, 2), Some(3072))
        .with_reserved(2500)
        .with_counted(counted);
    let grant = MemoryGrant::with_slop_factor(1 << 20, 0.25).unwrap();
    let limiter = MemoryLimiter::builder(grant).with_usage_source(|| Some(1000)).start().unwrap();
    MemoryReport::of(ComponentUsage::new("root").with_subcomponents(vec![source]))
        .with_resident_bytes(1 << 20)
        .with_grant(grant)
        .with_limiter(&limiter)
        .to_prometheus()
}

/// The names of series there may be.
fn names() -> BTreeSet<String> {
    MemoryReport::metrics()
        .flat_map(|metric| match metric.kind {
            MetricKind::Histogram => {
                ["_bucket", "_sum", "_count"].map(|part| format!("{}{part}", metric.name)).to_vec()
            }
            _ => vec![metric.name.to_owned()],
        })
        .collect()
}

/// The metrics of this library that `text` names. What a rule records has colons in its name.
fn named(text: &str) -> BTreeSet<String> {
    let is_of_a_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    let words = text.split(|letter| !is_of_a_name(letter));
    words.filter(|word| word.starts_with(PREFIX) && !word.contains(':')).map(str::to_owned).collect()
}

#[test]
fn the_page_is_written_where_it_is_asked_for() {
    let page = page();
    if let Some(path) = std::env::var_os("PROMETHEUS_PAGE") {
        fs::write(path, &page).unwrap();
    }
    assert!(
        page.contains("\nmemory_accounting_live_bytes{component=\"topology.\\\"10.0.0.1:80\\\"\"} 2048\n"),
        "{page}"
    );
}

#[test]
fn rules_and_board_name_only_metrics_that_there_are() {
    for name in ["rules.yml", "rules_test.yml", "board.json"] {
        let (named, known) = (named(&document(name)), names());
        assert!(!named.is_empty(), "{name}");
        assert_eq!(named.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}");
    }
}

#[test]
fn the_board_has_panels_that_ask_for_something_and_overlap_nowhere() {
    let board: serde_json::Value = serde_json::from_str(&document("board.json")).unwrap();
    assert!(board["title"].is_string() && board["uid"].is_string() && board["schemaVersion"].is_u64());
    let panels = board["panels"].as_array().unwrap();
    let (mut ids, mut places) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}");
        let place = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(place("x") + place("w") <= 24, "{title}");
        for (x, y) in (place("x")..place("x") + place("w"))
            .flat_map(|x| (place("y")..place("y") + place("h")).map(move |y| (x, y)))
        {
            assert!(places.insert((x, y)), "{title} lies over another");
        }
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{title}");
        for target in targets {
            assert!(!named(target["expr"].as_str().unwrap()).is_empty(), "{title}");
        }
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
    }
}
