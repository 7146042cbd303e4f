//! What is advised: what takes the most, and the greatest value of each setting that fits.

use memory_accounting::sizing::{LargestThatFits, explain};
use memory_accounting::{ComponentRegistry, UsageExpr};

use super::{components, program, settings};

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
fn where_all_fits_it_is_said_how_far_each_setting_can_go() {
    let declared = |x, y| program(&[("a", &[(2, "x", x)]), ("b", &[(1, "y", y)])]);
    let explanation = explain(&declared(10, 1), 24);
    assert_eq!(settings(&explanation), [("a", "x", 10, 20, Some(11)), ("b", "y", 1, 1, Some(4))]);
    assert!(explanation.settings.iter().all(|share| share.no_greater_fits && share.every_smaller_fits));
    for (x, y, fits) in [(11, 1, true), (12, 1, false), (10, 4, true), (10, 5, false)] {
        assert_eq!(declared(x, y).total_firm_limit_bytes() <= 24, fits, "{x}, {y}");
    }
    let registry = ComponentRegistry::default();
    let bounded = UsageExpr::min(UsageExpr::config("x", 10), UsageExpr::constant("", 20));
    registry.bounds_builder().firm().with_expr(bounded);
    assert_eq!(explain(&registry.as_bounds(), 20).settings[0].largest_that_fits, LargestThatFits::Unlimited);
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
    assert_eq!(
        settings(&explain(&registry.as_bounds(), 50)),
        [("a", "count_max", 100, 60, Some(90)), ("a", "count", 40, 0, None)]
    );
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
