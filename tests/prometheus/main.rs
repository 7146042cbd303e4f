//! What a real Prometheus makes of the page of metrics, and of the rules and the board beside it.
//!
//! `.ci/prometheus` has pages written into the folder that `PROMETHEUS_PAGES` names, has `promtool` check each, and Prometheus scrape the one that is full.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use memory_accounting::allocator::AllocationStatsSnapshot;
use memory_accounting::{
    ComponentRegistry, ComponentUsage, DeclaredBytes, LiveBytes, MemoryGrant, MemoryLimiter, MemoryReport,
    MetricKind,
};

const PREFIX: &str = "memory_accounting_";

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/prometheus").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A report with a number for every metric.
fn full() -> String {
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
        .with_at_peak(1536)
        .with_counted(counted);
    let grant = MemoryGrant::with_slop_factor(1 << 20, 0.25).unwrap();
    let limiter = MemoryLimiter::builder(grant).with_usage_source(|| Some(1000)).start().unwrap();
    MemoryReport::of(ComponentUsage::new("root").with_subcomponents(vec![source]))
        .with_resident_bytes(1 << 20)
        .with_grant(grant)
        .with_limiter(&limiter)
        .to_prometheus()
}

/// Of a program without a tracking allocator, a grant and a limiter.
fn bare() -> String {
    let registry = ComponentRegistry::default();
    registry.get_or_create("source").bounds_builder().firm().with_fixed_amount("buffer", 8192);
    MemoryReport::new(&registry).to_prometheus()
}

/// Of components whose names are anything, and whose numbers are as great as can be or not known.
fn hostile() -> String {
    let registry = ComponentRegistry::default();
    let names = [
        "root",
        "a.b",
        "a\nb",
        "a\\nb",
        "\\",
        "\"",
        "{component=\"a\"} 1",
        "",
        " ",
        "\r",
        "\t",
        "\0",
        "\u{2028}",
        "🦀",
        "# HELP",
    ];
    for name in names {
        registry.bounds_builder().subcomponent(name).firm().with_fixed_amount("buffer", 1);
    }
    let mut components = registry.usage().subcomponents;
    let greatest = ComponentUsage::new("greatest")
        .with_declared(DeclaredBytes::new(None, None))
        .with_live(LiveBytes::new(usize::MAX, usize::MAX), None)
        .with_reserved(usize::MAX);
    components.push(greatest);
    MemoryReport::of(ComponentUsage::new("root").with_subcomponents(components)).to_prometheus()
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
fn pages_are_written_where_they_are_asked_for() {
    let pages = [("full", full()), ("bare", bare()), ("hostile", hostile())];
    if let Some(folder) = std::env::var_os("PROMETHEUS_PAGES") {
        for (name, page) in &pages {
            fs::write(Path::new(&folder).join(name).with_extension("txt"), page).unwrap();
        }
    }
    let [(_, full), ..] = pages;
    assert!(
        full.contains("\nmemory_accounting_live_bytes{component=\"topology.\\\"10.0.0.1:80\\\"\"} 2048\n"),
        "{full}"
    );
}

#[test]
fn every_line_is_one_series_whatever_components_are_called() {
    for page in [full(), bare(), hostile()] {
        let series = page.lines().filter(|line| !line.starts_with("# "));
        let names: Vec<&str> = series.map(|line| line.rsplit_once(' ').unwrap().0).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{page}");
        assert!(names.iter().all(|name| name.starts_with(PREFIX)), "{page}");
    }
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
