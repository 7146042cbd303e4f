//! Settings that have to be lowered together.

use memory_accounting::sizing::{Change, Explanation, explain, what_if};
use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};

use super::{product, program};

/// The bounds after what `explanation` says fits together, and no more, was done.
fn obeyed(bounds: &ComponentBounds, explanation: &Explanation) -> ComponentBounds {
    let change = |(component, key, value): (&str, &str, usize)| -> Change {
        format!("{component}:{key}={value}").parse().unwrap()
    };
    let values = explanation.fitting_together.iter();
    let values = values.map(|value| (value.component.as_str(), value.key.as_str(), value.value));
    what_if(bounds, &values.map(change).collect::<Vec<_>>()).unwrap()
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
fn all_that_has_to_change_is_printed_and_nothing_else() {
    let names: Vec<String> = (0..5).map(|index| format!("big{index}")).collect();
    let mut components: Vec<(&str, &[_])> =
        names.iter().map(|name| (name.as_str(), &[(100 << 20, "n", 1)][..])).collect();
    components.extend(["pool0", "pool1", "pool2"].map(|name| (name, &[(1 << 20, "n", 90)][..])));
    let bounds = program(&components);
    let explanation = explain(&bounds, 600 << 20);
    let text = explanation.to_string();
    let (_, printed) = text.split_once("together these fit:\n").unwrap();
    assert_eq!(printed, "  n = 33 in pool0\n  n = 33 in pool1\n  n = 33 in pool2");
    assert_eq!(obeyed(&bounds, &explanation).total_firm_limit_bytes(), 599 << 20);
}

#[test]
fn where_very_many_have_to_change_it_is_said_how_each_does() {
    let names: Vec<String> = (0..30).map(|index| format!("c{index}")).collect();
    let uses: Vec<[_; 1]> = (0..30).map(|index| [(1, "n", 100 + index)]).collect();
    let components: Vec<(&str, &[_])> =
        names.iter().zip(&uses).map(|(name, uses)| (name.as_str(), &uses[..])).collect();
    let bounds = program(&components);
    let explanation = explain(&bounds, 1000);
    let text = explanation.to_string();
    assert!(
        text.ends_with(
            "\n  n = 32 in c10\n  and 10 more, without which it does not fit: each setting at 295/1000 of its value, rounded down, but not below 1"
        ),
        "{text}"
    );
    let at = |part: usize| (100..130).map(|value: usize| value * part / 1000).sum::<usize>();
    assert!(at(295) <= 1000 && at(296) > 1000);
    assert_eq!(obeyed(&bounds, &explanation).total_firm_limit_bytes(), at(295));
}

#[test]
fn a_part_in_the_middle_is_found_where_less_takes_more() {
    let declared = |n| {
        let registry = ComponentRegistry::default();
        for name in ["a", "b"] {
            let tasks = UsageExpr::quotient(UsageExpr::constant("", 40_000), UsageExpr::config("n", n));
            let component = registry.get_or_create(name);
            component.bounds_builder().firm().with_expr(product(1000, "n", n)).with_expr(tasks);
        }
        registry.as_bounds()
    };
    let bounds = declared(100);
    for (limit, greatest) in [(60_000, Some(28)), (30_000, Some(11)), (20_000, None)] {
        let tried = (1..100).rev().find(|n| declared(*n).total_firm_limit_bytes() <= limit);
        assert_eq!(tried, greatest);
        let explanation = explain(&bounds, limit);
        let values: Vec<usize> = explanation.fitting_together.iter().map(|value| value.value).collect();
        assert_eq!(values, greatest.map_or(vec![], |greatest| vec![greatest; 2]));
        if greatest.is_some() {
            assert!(obeyed(&bounds, &explanation).total_firm_limit_bytes() <= limit);
        }
    }
}

#[test]
fn however_far_above_the_limit_it_is_no_value_is_smaller_than_it_must_be() {
    let most = usize::MAX / 2;
    let bounds = program(&[("a", &[(1, "n", most)]), ("b", &[(1, "n", most)]), ("c", &[(1, "n", 5)])]);
    let values: Vec<(usize, usize)> = explain(&bounds, 1 << 30)
        .fitting_together
        .into_iter()
        .map(|setting| (setting.value, setting.present))
        .collect();
    let half = (1 << 29) - 1;
    assert_eq!(values, [(half, most), (half, most), (1, 5)]);
}

#[test]
fn a_setting_that_is_enough_is_printed_though_five_are_bigger() {
    let names: Vec<String> = (0..5).map(|index| format!("big{index}")).collect();
    let mut components: Vec<(&str, &[_])> =
        names.iter().map(|name| (name.as_str(), &[(100, "n", 1)][..])).collect();
    components.push(("pool", &[(1, "n", 90)]));
    let text = explain(&program(&components), 540).to_string();
    assert!(text.ends_with("\n  n = 90 in pool: 90 B, would fit with at most 40"), "{text}");
}
