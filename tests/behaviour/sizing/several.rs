//! Settings that say how many there are, several under one key, and those with which bytes do not simply grow.

use memory_accounting::sizing::{LargestThatFits, explain};
use memory_accounting::{ComponentBounds, ComponentRegistry, MemoryBounds, UsageExpr};

use super::{program, settings, unbounded_settings};

/// Ingestion as a search service does it: so many pipelines, each with sources of two kinds.
#[derive(MemoryBounds)]
struct Ingest {
    num_pipelines: usize,
    #[bounds(subcomponent, times = "num_pipelines")]
    kafka: Source,
    #[bounds(subcomponent, times = "num_pipelines")]
    files: Source,
}

#[derive(MemoryBounds)]
struct Source {
    #[bounds(bytes)]
    batch_bytes: usize,
}

#[test]
fn how_many_there_are_is_a_setting_of_the_component_that_says_so() {
    let ingest =
        Ingest { num_pipelines: 4, kafka: Source { batch_bytes: 300 }, files: Source { batch_bytes: 100 } };
    let explanation = explain(&ComponentBounds::of(&ingest), 900);
    assert_eq!(
        settings(&explanation),
        [
            ("root", "num_pipelines", 4, 1600, Some(2)),
            ("kafka", "batch_bytes", 300, 1200, Some(125)),
            ("files", "batch_bytes", 100, 400, None),
        ]
    );
    let root = program(&[("", &[(1, "num_pipelines", 4)])]);
    assert_eq!(settings(&explain(&root, 2))[0].0, "root");
    let part = explain(ComponentBounds::of(&ingest).find("kafka").unwrap(), 900);
    assert_eq!(
        settings(&part)[0],
        ("root", "num_pipelines", 4, 1200, Some(3)),
        "all there is above a part is its root"
    );
}

#[test]
fn two_values_under_one_key_are_two_settings() {
    let twins = ComponentRegistry::default();
    for threads in [4, 10] {
        twins.bounds_builder().with_flattened(&Source { batch_bytes: threads });
    }
    assert_eq!(
        settings(&explain(&twins.as_bounds(), 12)),
        [("root", "batch_bytes", 10, 10, Some(8)), ("root", "batch_bytes", 4, 4, Some(2))]
    );
}

#[test]
fn settings_without_a_limit_are_named_where_each_is_enough_to_make_all_unbounded() {
    let registry = ComponentRegistry::default();
    let greater = UsageExpr::max(UsageExpr::unlimited("samples"), UsageExpr::unlimited("members"));
    registry.bounds_builder().firm().with_expr(greater);
    assert_eq!(
        unbounded_settings(&explain(&registry.as_bounds(), 10)),
        [("samples", None, None, None), ("members", None, None, None)]
    );
}

#[test]
fn a_setting_with_which_bytes_do_not_simply_grow_says_so() {
    let registry = ComponentRegistry::default();
    // Buffers that are there from the start, ten bytes each, and those that may come, of a hundred.
    let buffers = |name: &str, value| UsageExpr::config(name, value);
    let mut builder = registry.bounds_builder();
    let up_front = UsageExpr::product("", buffers("count", 12), UsageExpr::constant("", 10));
    let elastic = UsageExpr::difference(UsageExpr::constant("", 8), buffers("count", 12));
    builder.firm().with_expr(up_front);
    builder.firm().with_expr(UsageExpr::product("", elastic, UsageExpr::constant("", 100)));
    let explanation = explain(&registry.as_bounds(), 110);
    let share = &explanation.settings[0];
    assert_eq!((share.largest_that_fits, share.every_smaller_fits), (LargestThatFits::AtMost(11), false));
    let text = explanation.to_string();
    assert!(
        text.ends_with("120 B more if doubled, would fit with 11, but not with every smaller value"),
        "{text}"
    );
}
