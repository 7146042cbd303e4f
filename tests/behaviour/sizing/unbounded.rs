//! Settings without a limit, and more bytes than can be counted.

use memory_accounting::sizing::{LargestThatFits, explain};
use memory_accounting::{ComponentRegistry, UsageExpr};

use super::{product, program, unbounded_settings};

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
    more bytes than can be counted are declared, but the limit leaves only 1000 B for that
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
                {"component": "root", "key": "entries", "value": null, "bytes": null, "growth_bytes": 0, "shrink_bytes": 0, "largest_that_fits": {"at_most": 12}, "no_greater_fits": true, "every_smaller_fits": true, "least_that_fits": "none", "every_greater_fits": true},
                {"component": "root", "key": "big", "value": 900, "bytes": 900, "growth_bytes": 0, "shrink_bytes": 0, "largest_that_fits": "none", "no_greater_fits": true, "every_smaller_fits": true, "least_that_fits": "none", "every_greater_fits": true},
            ],
            "fitting_together": [],
            "fitting_part": null,
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
