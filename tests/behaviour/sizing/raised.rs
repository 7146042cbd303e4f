//! Settings with which bytes shrink as they grow.

use memory_accounting::sizing::{LargestThatFits, LeastThatFits, explain, what_if};
use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

/// A sort that reads its input in so many passes.
fn sorter(passes: usize) -> ComponentBounds {
    let registry = ComponentRegistry::default();
    let run = UsageExpr::quotient(UsageExpr::constant("INPUT", 1 << 30), UsageExpr::config("passes", passes));
    registry.get_or_create("sorter").bounds_builder().firm().with_named_expr("run", run);
    registry.as_bounds()
}

#[test]
fn the_least_value_that_fits_is_said() {
    let limit = 128 << 20;
    let explanation = explain(&sorter(2), limit);
    insta::assert_snapshot!(explanation, @r"
    512.0 MiB are declared, but the limit leaves only 128.0 MiB for that
    biggest components:
      sorter: 512.0 MiB
    biggest settings:
      passes = 2 in sorter: 512.0 MiB, would fit with at least 8
    ");
    assert_eq!(
        serde_json::to_value(&explanation.settings).unwrap(),
        serde_json::json!([{
            "component": "sorter", "key": "passes", "value": 2, "bytes": 0, "growth_bytes": 0, "shrink_bytes": (1 << 29) - 1,
            "largest_that_fits": "none", "no_greater_fits": true, "every_smaller_fits": true,
            "least_that_fits": {"at_least": 8}, "every_greater_fits": true,
        }])
    );
    for (passes, fits) in [(7, false), (8, true), (9, true)] {
        let changed = what_if(&sorter(2), &[format!("passes={passes}").parse().unwrap()]).unwrap();
        assert_eq!(changed.total_firm_limit_bytes() <= limit, fits, "{passes}");
    }
}

#[test]
fn where_all_fits_nothing_has_to_be_raised() {
    let share = explain(&sorter(8), 128 << 20).settings.remove(0);
    assert_eq!(
        (share.least_that_fits, share.largest_that_fits),
        (LeastThatFits::None, LargestThatFits::Unlimited)
    );
    assert!(!share.every_smaller_fits);
}

#[test]
fn what_is_kept_back_can_be_more() {
    let declared = |total, reserve| {
        let registry = ComponentRegistry::default();
        let cache =
            UsageExpr::difference(UsageExpr::config("total", total), UsageExpr::config("reserve", reserve));
        registry.bounds_builder().firm().with_expr(cache);
        registry.as_bounds()
    };
    let text = explain(&declared(600, 50), 256).to_string();
    assert!(
        text.ends_with(
            "\n  total = 600 in root: 550 B, would fit with at most 306\
             \n  reserve = 50 in root: 550 B, would fit with at least 344"
        ),
        "{text}"
    );
    for (total, reserve, fits) in [(306, 50, true), (307, 50, false), (600, 344, true), (600, 343, false)] {
        assert_eq!(declared(total, reserve).total_firm_limit_bytes() <= 256, fits);
    }
}

#[test]
fn a_value_above_which_others_do_not_fit_is_told_from_one_above_which_all_do() {
    let registry = ComponentRegistry::default();
    let tasks = UsageExpr::quotient(UsageExpr::constant("", 40_000), UsageExpr::config("n", 1));
    let each = UsageExpr::product("", UsageExpr::constant("", 1000), UsageExpr::config("n", 1));
    registry.bounds_builder().firm().with_expr(tasks).with_expr(each);
    let text = explain(&registry.as_bounds(), 20_000).to_string();
    // 40,000 / 3 + 3,000 is the first that fits, and 20 do not.
    assert!(text.ends_with("would fit with 3, but not with every greater value"), "{text}");
}
