//! `sizing::explain`: who takes the most, and what would fit.

use memory_accounting::sizing::{Explanation, LargestThatFits, explain};
use memory_accounting::{ComponentBounds, ComponentRegistry, MemoryBounds, UsageExpr};
use proptest::prelude::*;

fn product(size: usize, setting: &str, value: usize) -> UsageExpr {
    UsageExpr::product("", UsageExpr::constant("SIZE", size), UsageExpr::config(setting, value))
}

/// So many bytes for each unit of a setting that has a value.
type Use<'a> = (usize, &'a str, usize);

/// The bounds of components that each use settings.
fn program(components: &[(&str, &[Use<'_>])]) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    for (name, settings) in components {
        for &(size, key, value) in *settings {
            registry.get_or_create(name).bounds_builder().firm().with_expr(product(size, key, value));
        }
    }
    registry.as_bounds()
}

fn components(explanation: &Explanation) -> Vec<(&str, usize)> {
    let shares = explanation.components.iter();
    shares.map(|share| (share.name.as_str(), share.firm_limit_bytes.unwrap())).collect()
}

/// The value above 0 that still fits, if there is one, of a setting that needs a limit.
fn at_most(largest: LargestThatFits) -> Option<usize> {
    match largest {
        LargestThatFits::None => None,
        LargestThatFits::AtMost(value) => Some(value),
        other => panic!("{other:?}"),
    }
}

/// Component, key, value, bytes and the largest that fits.
type Setting<'a> = (&'a str, &'a str, usize, usize, Option<usize>);

fn settings(explanation: &Explanation) -> Vec<Setting<'_>> {
    let shares = explanation.settings.iter();
    shares
        .map(|share| {
            (
                share.component.as_str(),
                share.key.as_str(),
                share.value.unwrap(),
                share.bytes.unwrap(),
                at_most(share.largest_that_fits),
            )
        })
        .collect()
}

#[test]
fn where_no_setting_by_itself_is_enough_they_are_lowered_together() {
    let bounds = program(&[("a", &[(1, "x", 1000)]), ("b", &[(10, "y", 100)])]);
    let together = |limit| {
        let explanation = explain(&bounds, limit);
        let values = explanation.fitting_together.iter();
        values.map(|value| (value.component.clone(), value.key.clone(), value.value)).collect::<Vec<_>>()
    };
    let value = |component: &str, key: &str, value| (component.to_owned(), key.to_owned(), value);
    assert_eq!(together(500), [value("a", "x", 250), value("b", "y", 25)]);
    let fits = program(&[("a", &[(1, "x", 250)]), ("b", &[(10, "y", 25)])]);
    assert!(explain(&fits, 500).firm_limit_bytes.unwrap() <= 500);
    assert_eq!(together(1500), [], "one of them is enough");
}

#[test]
fn what_fits_together_fits_when_only_that_is_changed() {
    // Nothing depends on `b` by itself, so it is not listed, and may not be lowered in secret.
    let declared = |a, c| {
        let registry = ComponentRegistry::default();
        let greater = UsageExpr::max(UsageExpr::config("a", a), UsageExpr::config("b", 400));
        registry.bounds_builder().firm().with_expr(greater).with_expr(UsageExpr::config("c", c));
        registry.as_bounds()
    };
    let together = |limit| {
        let explanation = explain(&declared(1000, 1000), limit);
        explanation.fitting_together.iter().map(|value| (value.key.clone(), value.value)).collect::<Vec<_>>()
    };
    assert_eq!(together(350), [], "400 are always needed");
    let values = together(900);
    let [(_, a), (_, c)] = &values[..] else { panic!("{values:?}") };
    assert!(explain(&declared(*a, *c), 900).firm_limit_bytes.unwrap() <= 900, "{values:?}");
}

#[test]
fn a_setting_is_not_lowered_to_nothing() {
    let bounds = program(&[("a", &[(100, "workers", 4)]), ("b", &[(1, "bytes", 600)])]);
    let values: Vec<_> =
        explain(&bounds, 150).fitting_together.into_iter().map(|value| value.value).collect();
    assert_eq!(values, [50, 1]);
}

#[test]
fn components_and_settings_come_biggest_first() {
    let bounds =
        program(&[("a", &[(1, "x", 10)]), ("b", &[(10, "y", 5), (1, "z", 20)]), ("c", &[(1, "x", 30)])]);
    let explanation = explain(&bounds, 100);
    assert_eq!((explanation.firm_limit_bytes, explanation.limit_bytes), (Some(110), 100));
    assert_eq!(components(&explanation), [("b", 70), ("c", 30), ("a", 10)]);
    assert_eq!(
        settings(&explanation),
        [
            ("b", "y", 5, 50, Some(4)),
            ("c", "x", 30, 30, Some(20)),
            ("b", "z", 20, 20, Some(10)),
            ("a", "x", 10, 10, None),
        ]
    );
}

#[test]
fn components_count_what_they_declare_themselves() {
    let bounds = program(&[("a", &[(1, "x", 10)]), ("a.b", &[(1, "x", 20)])]);
    assert_eq!(components(&explain(&bounds, 0)), [("a.b", 20), ("a", 10)]);
    let root = program(&[("", &[(1, "x", 10)])]);
    assert_eq!(components(&explain(&root, 0)), [("root", 10)]);
}

#[test]
fn what_fits_needs_no_change() {
    let bounds = program(&[("a", &[(2, "x", 10)])]);
    assert_eq!(settings(&explain(&bounds, 20)), [("a", "x", 10, 20, Some(10))]);
    assert_eq!(explain(&bounds, 20).to_string(), "20 B of 20 B are declared; everything fits");
}

#[test]
fn one_key_in_two_statements_of_a_component_changes_together() {
    let bounds = program(&[("a", &[(3, "limit", 10), (7, "limit", 10)])]);
    assert_eq!(settings(&explain(&bounds, 59)), [("a", "limit", 10, 100, Some(5))]);
}

#[test]
fn the_same_key_of_two_components_is_two_settings() {
    let bounds = program(&[("a", &[(1, "limit", 10)]), ("b", &[(1, "limit", 20)])]);
    assert_eq!(
        settings(&explain(&bounds, 25)),
        [("b", "limit", 20, 20, Some(15)), ("a", "limit", 10, 10, Some(5))]
    );
}

#[test]
fn a_setting_that_cannot_save_enough_has_no_value_that_fits() {
    let bounds = program(&[("a", &[(1, "small", 10), (1, "big", 1000)])]);
    assert_eq!(
        settings(&explain(&bounds, 500)),
        [("a", "big", 1000, 1000, Some(490)), ("a", "small", 10, 10, None)]
    );
}

#[test]
fn a_setting_on_which_nothing_depends_is_left_out() {
    let bounds = program(&[("a", &[(0, "unused", 10), (1, "zero", 0)])]);
    assert_eq!(explain(&bounds, 0).settings, []);
    assert_eq!(explain(&bounds, 0).components, []);
}

#[test]
fn a_setting_that_counts_against_another_can_be_found_too() {
    let registry = ComponentRegistry::default();
    let elastic = UsageExpr::difference(UsageExpr::config("count_max", 100), UsageExpr::config("count", 40));
    registry.get_or_create("a").bounds_builder().firm().with_expr(elastic);
    assert_eq!(settings(&explain(&registry.as_bounds(), 50)), [("a", "count_max", 100, 60, Some(90))]);
}

#[test]
fn two_settings_of_which_the_greater_counts_are_both_named() {
    let registry = ComponentRegistry::default();
    let greater = UsageExpr::max(UsageExpr::config("samples", 100), UsageExpr::config("members", 100));
    registry.get_or_create("a").bounds_builder().firm().with_expr(greater);
    let explanation = explain(&registry.as_bounds(), 50);
    assert_eq!(settings(&explanation), [("a", "samples", 100, 0, None), ("a", "members", 100, 0, None)]);
    let growth: Vec<_> = explanation.settings.iter().map(|share| share.growth_bytes).collect();
    assert_eq!(growth, [Some(100); 2]);
    let text = explanation.to_string();
    assert!(text.contains("samples = 100 in a: 100 B more if doubled, no value above 0 fits"), "{text}");
}

/// Key, value, bytes and the largest that fits, where any of them may be unbounded.
type MaybeUnbounded<'a> = (&'a str, Option<usize>, Option<usize>, Option<usize>);

fn unbounded_settings(explanation: &Explanation) -> Vec<MaybeUnbounded<'_>> {
    let shares = explanation.settings.iter();
    shares
        .map(|share| (share.key.as_str(), share.value, share.bytes, at_most(share.largest_that_fits)))
        .collect()
}

const MAX: Option<usize> = Some(usize::MAX);

#[test]
fn an_overflow_names_the_settings_that_cause_it() {
    let bounds = program(&[("a", &[(8, "huge", usize::MAX), (1, "small", 5)])]);
    let explanation = explain(&bounds, 1000);
    assert_eq!(explanation.firm_limit_bytes, None);
    assert_eq!(explanation.components[0].firm_limit_bytes, None);
    assert_eq!(
        unbounded_settings(&explanation),
        [("huge", MAX, None, Some(124)), ("small", Some(5), Some(5), None)]
    );
}

#[test]
fn two_settings_that_overflow_each_for_itself_are_both_named() {
    let bounds = program(&[("a", &[(8, "huge", usize::MAX), (8, "giant", usize::MAX)])]);
    assert_eq!(
        unbounded_settings(&explain(&bounds, 1000)),
        [("huge", MAX, None, None), ("giant", MAX, None, None)]
    );
}

#[test]
fn another_component_that_overflows_leaves_nothing_that_fits() {
    let bounds = program(&[("a", &[(1, "small", 5)]), ("b", &[(8, "huge", usize::MAX)])]);
    assert_eq!(
        unbounded_settings(&explain(&bounds, 1000)),
        [("huge", MAX, None, Some(124)), ("small", Some(5), Some(5), None)]
    );
}

#[test]
fn a_setting_without_which_more_would_be_needed_than_can_be_counted_is_left_out() {
    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.firm().with_expr(UsageExpr::constant("most", usize::MAX - 10));
    builder.firm().with_expr(UsageExpr::difference(
        UsageExpr::constant("buffer", 100),
        UsageExpr::config("shared", 100),
    ));
    assert_eq!(explain(&registry.as_bounds(), usize::MAX).settings, []);
}

#[test]
fn a_setting_that_would_overflow_when_doubled_is_unbounded() {
    let registry = ComponentRegistry::default();
    let greater = UsageExpr::max(product(2, "a", usize::MAX / 2), product(2, "b", usize::MAX / 2));
    registry.bounds_builder().firm().with_expr(greater);
    let half = Some(usize::MAX / 2);
    assert_eq!(
        unbounded_settings(&explain(&registry.as_bounds(), 10)),
        [("a", half, Some(0), None), ("b", half, Some(0), None)]
    );
}

#[test]
fn settings_that_are_not_limited_come_first() {
    let registry = ComponentRegistry::default();
    let unlimited = |name| UsageExpr::product("", UsageExpr::constant("", 8), UsageExpr::unlimited(name));
    let mut builder = registry.bounds_builder();
    builder.firm().with_expr(product(8, "huge", usize::MAX));
    builder.firm().with_expr(UsageExpr::min(unlimited("harmless"), UsageExpr::constant("", 80)));
    let overflowing = explain(&registry.as_bounds(), 1000);
    assert_eq!(
        unbounded_settings(&overflowing),
        [("harmless", None, Some(80), None), ("huge", MAX, None, Some(115))]
    );

    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.firm().with_expr(product(1, "big", 900)).with_expr(unlimited("entries"));
    builder.firm().with_expr(UsageExpr::unlimited(""));
    assert_eq!(
        unbounded_settings(&explain(&registry.as_bounds(), 1000)),
        [("entries", None, None, None), ("big", Some(900), Some(900), None)],
        "what has no name is no setting"
    );

    let registry = ComponentRegistry::default();
    registry.bounds_builder().firm().with_expr(product(1, "big", 900)).with_expr(unlimited("entries"));
    let explanation = explain(&registry.as_bounds(), 1000);
    assert_eq!(
        unbounded_settings(&explanation),
        [("entries", None, None, Some(12)), ("big", Some(900), Some(900), None)]
    );
    insta::assert_snapshot!(explanation, @r"
    more bytes than can be counted are declared, but the limit is 1000 B
    biggest components:
      root: more bytes than can be counted
    biggest settings:
      entries is not limited in root: more bytes than can be counted, would fit with at most 12
      big = 900 in root: 900 B, no value above 0 fits
    ");
    assert_eq!(
        serde_json::to_value(&explanation).unwrap(),
        serde_json::json!({
            "limit_bytes": 1000,
            "firm_limit_bytes": null,
            "components": [{"name": "root", "firm_limit_bytes": null}],
            "settings": [
                {"component": "root", "key": "entries", "value": null, "bytes": null, "growth_bytes": 0, "largest_that_fits": {"at_most": 12}, "no_greater_fits": true, "every_smaller_fits": true},
                {"component": "root", "key": "big", "value": 900, "bytes": 900, "growth_bytes": 0, "largest_that_fits": "none", "no_greater_fits": true, "every_smaller_fits": true},
            ],
            "fitting_together": [],
        })
    );
}

#[test]
fn a_setting_that_does_no_harm_without_a_limit_needs_none() {
    let registry = ComponentRegistry::default();
    let unlimited = UsageExpr::product("", UsageExpr::constant("", 8), UsageExpr::unlimited("entries"));
    registry.bounds_builder().firm().with_expr(UsageExpr::min(unlimited, UsageExpr::constant("", 80)));
    let largest = |limit| explain(&registry.as_bounds(), limit).settings[0].largest_that_fits;
    assert_eq!(largest(80), LargestThatFits::Unlimited);
    assert_eq!(largest(79), LargestThatFits::AtMost(9));
    assert_eq!(serde_json::to_value(largest(80)).unwrap(), "unlimited");
}

#[test]
fn a_setting_that_may_have_any_value_may_still_need_a_limit() {
    let registry = ComponentRegistry::default();
    let tiny = UsageExpr::quotient(UsageExpr::unlimited("entries"), UsageExpr::constant("", usize::MAX));
    registry.bounds_builder().firm().with_expr(tiny);
    let settings = explain(&registry.as_bounds(), 10).settings;
    assert_eq!(settings[0].largest_that_fits, LargestThatFits::AtMost(usize::MAX));
}

#[test]
fn text_names_the_biggest_components_and_settings() {
    let bounds = program(&[
        ("topology.source", &[(8192, "buffer_count", 128), (1, "interner_bytes", 524_288)]),
        ("topology.aggregate", &[(1000, "context_limit", 1_000_000)]),
        ("topology.sink", &[(1, "spool", 100)]),
    ]);
    insta::assert_snapshot!(explain(&bounds, 64 << 20), @r"
    955.2 MiB are declared, but the limit is 64.0 MiB
    biggest components:
      topology.aggregate: 953.7 MiB
      topology.source: 1.5 MiB
      topology.sink: 100 B
    biggest settings:
      context_limit = 1000000 in topology.aggregate: 953.7 MiB, would fit with at most 65535
      buffer_count = 128 in topology.source: 1.0 MiB, no value above 0 fits
      interner_bytes = 524288 in topology.source: 512.0 KiB, no value above 0 fits
      spool = 100 in topology.sink: 100 B, no value above 0 fits
    ");
}

#[test]
fn text_says_when_bytes_cannot_be_counted() {
    let bounds = program(&[("a", &[(8, "huge", usize::MAX)])]);
    insta::assert_snapshot!(explain(&bounds, 1000), @r"
    more bytes than can be counted are declared, but the limit is 1000 B
    biggest components:
      a: more bytes than can be counted
    biggest settings:
      huge = 18446744073709551615 in a: more bytes than can be counted, would fit with at most 125
    ");
}

#[test]
fn text_stops_after_five_of_each() {
    let bounds = program(&[
        ("a", &[(1, "s", 10)]),
        ("b", &[(1, "s", 20)]),
        ("c", &[(1, "s", 30)]),
        ("d", &[(1, "s", 40)]),
        ("e", &[(1, "s", 50)]),
        ("f", &[(1, "s", 60)]),
    ]);
    let text = explain(&bounds, 20).to_string();
    // One line each, and those that have to be lowered together.
    assert_eq!(text.lines().count(), 3 + 5 + 5 + 7);
    assert!(text.ends_with("\n  and 1 more, each at the same part of its value"), "{text}");
    assert!(text.contains("  b: 20 B") && !text.contains("  a: 10 B"), "{text}");
}

/// What each component would use in total if the setting `key` of component `name` had `value`.
fn total_with(components: &[Vec<(usize, usize)>], name: usize, key: usize, value: usize) -> u128 {
    let mut total = 0;
    for (component, settings) in components.iter().enumerate() {
        for (index, (size, present)) in settings.iter().enumerate() {
            // Every second setting of a component has the key of the first.
            let value = if component == name && index % 2 == key { value } else { *present };
            total += *size as u128 * value as u128;
        }
    }
    total
}

proptest! {
    #[test]
    fn the_largest_that_fits_fits_and_one_more_does_not(
        components in prop::collection::vec(prop::collection::vec((0_usize..5000, 0_usize..5000), 1..5), 1..5),
        limit in 0_usize..100_000_000,
    ) {
        // Settings of one key have one value.
        let components: Vec<Vec<(usize, usize)>> = components
            .into_iter()
            .map(|settings| {
                let values: Vec<usize> = settings.iter().map(|&(_, value)| value).collect();
                settings.iter().enumerate().map(|(index, &(size, _))| (size, values[index % 2])).collect()
            })
            .collect();
        let registry = ComponentRegistry::default();
        for (name, settings) in components.iter().enumerate() {
            for (index, &(size, value)) in settings.iter().enumerate() {
                let entry = product(size, &(index % 2).to_string(), value);
                registry.get_or_create(name.to_string()).bounds_builder().firm().with_expr(entry);
            }
        }
        for share in explain(&registry.as_bounds(), limit).settings {
            let (name, key) = (share.component.parse().unwrap(), share.key.parse().unwrap());
            let fits = |value| total_with(&components, name, key, value) <= limit as u128;
            match at_most(share.largest_that_fits) {
                Some(largest) => {
                    prop_assert!(largest <= share.value.unwrap());
                    prop_assert!(fits(largest));
                    prop_assert!(Some(largest) == share.value || !fits(largest + 1));
                }
                None => prop_assert!(!fits(1)),
            }
            let bytes = total_with(&components, name, key, share.value.unwrap()) - total_with(&components, name, key, 0);
            prop_assert_eq!(share.bytes.unwrap() as u128, bytes);
        }
    }
}

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
