//! What is advised: what takes the most, and the greatest value of each setting that fits.

use memory_accounting::sizing::explain;
use memory_accounting::{ComponentRegistry, UsageExpr};

use super::{components, program, settings};

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
    assert_eq!(explain(&bounds, 20).to_string(), "20 B of 20 B are declared, which fits");
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
