//! `UsageExpr`: JSON, evaluation, overflow and text.

use memory_accounting::UsageExpr;
use proptest::prelude::*;
use serde_json::{Value, json};

fn config(value: usize) -> UsageExpr {
    UsageExpr::config("setting", value)
}

fn number(value: usize) -> UsageExpr {
    UsageExpr::constant("", value)
}

fn product(values: impl Into<Vec<UsageExpr>>) -> UsageExpr {
    UsageExpr::Product { values: values.into() }
}

fn sum(values: impl Into<Vec<UsageExpr>>) -> UsageExpr {
    UsageExpr::Sum { values: values.into() }
}

/// `usize::MAX + 1`
fn overflow() -> UsageExpr {
    sum([number(usize::MAX), number(1)])
}

#[test]
fn every_variant_has_its_json_and_comes_back_from_it() {
    let leaf = || UsageExpr::constant("HEADER", 16);
    let leaf_json = json!({"type": "Constant", "name": "HEADER", "value": 16});
    let cases = [
        (config(128), json!({"type": "Config", "name": "setting", "value": 128})),
        (
            UsageExpr::struct_size::<u64>("buffer"),
            json!({"type": "StructSize", "name": "buffer", "value": 8}),
        ),
        (leaf(), leaf_json.clone()),
        (
            UsageExpr::product("both", leaf(), leaf()),
            json!({"type": "Product", "values": [leaf_json, leaf_json]}),
        ),
        (UsageExpr::sum("both", leaf(), leaf()), json!({"type": "Sum", "values": [leaf_json, leaf_json]})),
        (UsageExpr::max(leaf(), leaf()), json!({"type": "Max", "values": [leaf_json, leaf_json]})),
        (UsageExpr::min(leaf(), leaf()), json!({"type": "Min", "values": [leaf_json, leaf_json]})),
        (
            UsageExpr::difference(leaf(), leaf()),
            json!({"type": "Difference", "minuend": leaf_json, "subtrahend": leaf_json}),
        ),
        (
            UsageExpr::quotient(leaf(), leaf()),
            json!({"type": "Quotient", "dividend": leaf_json, "divisor": leaf_json}),
        ),
        (UsageExpr::next_power_of_two(leaf()), json!({"type": "NextPowerOfTwo", "value": leaf_json})),
    ];
    for (expr, expected) in cases {
        assert_eq!(serde_json::to_value(&expr).unwrap(), expected);
        assert_eq!(serde_json::from_value::<UsageExpr>(expected).unwrap(), expr);
    }
}

#[test]
fn the_type_comes_first_in_the_text_of_the_json() {
    let expr = UsageExpr::product(
        "buffer",
        UsageExpr::struct_size::<u64>("buffer"),
        UsageExpr::config("capacity", 128),
    );
    assert_eq!(
        serde_json::to_string(&expr).unwrap(),
        r#"{"type":"Product","values":[{"type":"StructSize","name":"buffer","value":8},{"type":"Config","name":"capacity","value":128}]}"#
    );
}

#[test]
fn json_that_is_no_expression_is_refused() {
    let cases = [
        (json!({"type": "Power", "values": []}), "unknown variant `Power`"),
        (json!({"type": "Config", "name": "a", "value": 1, "unit": "bytes"}), "unknown field `unit`"),
        (json!({"type": "Sum", "values": [], "name": "a"}), "unknown field `name`"),
        (json!({"type": "Config", "name": "a"}), "missing field `value`"),
        (json!({"type": "Config", "name": "a", "value": -1}), "invalid value: integer `-1`"),
        (json!({"name": "a", "value": 1}), "missing field `type`"),
    ];
    for (value, expected) in cases {
        let error = serde_json::from_value::<UsageExpr>(value).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn every_variant_evaluates() {
    let cases = [
        (config(7), 7),
        (UsageExpr::struct_size::<[u16; 5]>("items"), 10),
        (number(9), 9),
        (product([number(2), number(3), number(4)]), 24),
        (sum([number(2), number(3), number(4)]), 9),
        (UsageExpr::Max { values: vec![number(2), number(4), number(3)] }, 4),
        (UsageExpr::Min { values: vec![number(3), number(2), number(4)] }, 2),
        (UsageExpr::difference(number(5), number(3)), 2),
        (UsageExpr::difference(number(3), number(5)), 0),
        (UsageExpr::quotient(number(6), number(3)), 2),
        (UsageExpr::quotient(number(7), number(3)), 3),
        (UsageExpr::quotient(number(7), number(0)), 7),
        (UsageExpr::quotient(number(0), number(3)), 0),
        (UsageExpr::next_power_of_two(number(0)), 0),
        (UsageExpr::next_power_of_two(number(1)), 1),
        (UsageExpr::next_power_of_two(number(5)), 8),
        (UsageExpr::next_power_of_two(number(8)), 8),
    ];
    for (expr, expected) in cases {
        assert_eq!(expr.checked_evaluate(), Some(expected), "{expr}");
        assert_eq!(expr.evaluate(), expected, "{expr}");
    }
}

#[test]
fn without_values_a_product_is_one_and_everything_else_nothing() {
    assert_eq!(product([]).evaluate(), 1);
    assert_eq!(sum([]).evaluate(), 0);
    assert_eq!(UsageExpr::Max { values: vec![] }.evaluate(), 0);
    assert_eq!(UsageExpr::Min { values: vec![] }.evaluate(), 0);
}

#[test]
fn the_greatest_number_is_no_overflow() {
    assert_eq!(number(usize::MAX).checked_evaluate(), Some(usize::MAX));
    assert_eq!(sum([number(usize::MAX), number(0)]).checked_evaluate(), Some(usize::MAX));
    let greatest_power = usize::MAX / 2 + 1;
    assert_eq!(UsageExpr::next_power_of_two(number(greatest_power)).checked_evaluate(), Some(greatest_power));
}

#[test]
fn sums_products_and_powers_overflow() {
    for expr in [
        overflow(),
        product([number(usize::MAX), number(2)]),
        UsageExpr::next_power_of_two(number(usize::MAX / 2 + 2)),
    ] {
        assert_eq!(expr.checked_evaluate(), None, "{expr}");
        assert_eq!(expr.evaluate(), usize::MAX, "{expr}");
    }
}

#[test]
fn an_overflow_stays_through_everything_above_it() {
    for expr in [
        UsageExpr::difference(overflow(), number(usize::MAX)),
        UsageExpr::difference(number(0), overflow()),
        UsageExpr::quotient(overflow(), number(usize::MAX)),
        UsageExpr::quotient(number(0), overflow()),
        product([number(0), overflow()]),
        product([overflow(), number(0)]),
        UsageExpr::max(number(1), overflow()),
        UsageExpr::min(number(1), overflow()),
        UsageExpr::next_power_of_two(overflow()),
        sum([overflow(), number(0)]),
    ] {
        assert_eq!(expr.checked_evaluate(), None, "{expr}");
        assert_eq!(expr.evaluate(), usize::MAX, "{expr}");
    }
}

#[test]
fn factors_are_multiplied_from_left_to_right() {
    let huge = || number(usize::MAX);
    assert_eq!(product([number(0), huge(), huge()]).checked_evaluate(), Some(0));
    assert_eq!(product([huge(), huge(), number(0)]).checked_evaluate(), None);
}

#[test]
fn a_tree_is_evaluated_with_other_settings() {
    let expr =
        product([UsageExpr::struct_size::<u32>("a"), UsageExpr::config("a", 5), UsageExpr::config("b", 3)]);
    let with_a_of = |value| expr.evaluate_with(&|name, present| if name == "a" { value } else { present });
    assert_eq!(with_a_of(10), Some(120), "the size called `a` is no setting");
    assert_eq!(with_a_of(usize::MAX), None);
    assert_eq!(expr.evaluate(), 60, "the tree itself stays");
}

#[test]
fn settings_are_visited_from_left_to_right_as_often_as_they_stand() {
    let setting = |name: &str| UsageExpr::config(name, 1);
    let expr = sum([
        UsageExpr::quotient(setting("a"), setting("b")),
        UsageExpr::difference(UsageExpr::next_power_of_two(setting("c")), setting("a")),
        UsageExpr::constant("d", 1),
    ]);
    let mut visited = Vec::new();
    expr.visit_settings(&mut |name, value| visited.push((name.to_owned(), value)));
    let expected = ["a", "b", "c", "a"].map(|name| (name.to_owned(), 1));
    assert_eq!(visited, expected);
}

#[test]
fn text_is_arithmetic_with_as_few_parentheses_as_keep_its_meaning() {
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| UsageExpr::config(name, 1));
    let quotient = || UsageExpr::quotient(b.clone(), c.clone());
    let difference = || UsageExpr::difference(b.clone(), c.clone());
    let cases = [
        (UsageExpr::struct_size::<u8>("buffer"), "size(buffer)=1"),
        (UsageExpr::constant("HEADER", 4), "HEADER=4"),
        (number(4), "4"),
        (product([]), "1"),
        (sum([]), "0"),
        (product([a.clone(), sum([b.clone(), c.clone()])]), "a=1 * (b=1 + c=1)"),
        (sum([a.clone(), product([b.clone(), c.clone()])]), "a=1 + b=1 * c=1"),
        (UsageExpr::difference(sum([a.clone(), b.clone()]), c.clone()), "a=1 + b=1 - c=1"),
        (UsageExpr::difference(a.clone(), sum([b.clone(), c.clone()])), "a=1 - (b=1 + c=1)"),
        (UsageExpr::difference(a.clone(), difference()), "a=1 - (b=1 - c=1)"),
        (sum([a.clone(), difference()]), "a=1 + (b=1 - c=1)"),
        (sum([difference(), a.clone()]), "b=1 - c=1 + a=1"),
        (product([a.clone(), quotient()]), "a=1 * (b=1 / c=1)"),
        (product([quotient(), a.clone()]), "b=1 / c=1 * a=1"),
        (UsageExpr::quotient(a.clone(), quotient()), "a=1 / (b=1 / c=1)"),
        (UsageExpr::quotient(quotient(), a.clone()), "b=1 / c=1 / a=1"),
        (UsageExpr::quotient(a.clone(), product([b.clone(), c.clone()])), "a=1 / (b=1 * c=1)"),
        (sum([a.clone(), quotient()]), "a=1 + b=1 / c=1"),
        (UsageExpr::max(sum([a.clone(), b.clone()]), c.clone()), "max(a=1 + b=1, c=1)"),
        (UsageExpr::min(a.clone(), b.clone()), "min(a=1, b=1)"),
        (UsageExpr::next_power_of_two(sum([a.clone(), b.clone()])), "next_power_of_two(a=1 + b=1)"),
        (product([sum([a.clone()]), d]), "a=1 * d=1"),
    ];
    for (expr, expected) in cases {
        assert_eq!(expr.to_string(), expected);
    }
}

/// `3 * (1 / 2 * 1)` is 3, because `1 / 2` rounds up to 1; `3 * 1 / 2 * 1` would be 2.
#[test]
fn text_keeps_parentheses_around_a_later_operand_that_begins_with_an_uneven_one() {
    let [a, b, c, d] = [3, 1, 2, 1].map(number);
    let product_of = product([UsageExpr::quotient(b.clone(), c.clone()), d.clone()]);
    assert_eq!(product([a.clone(), product_of]).to_string(), "3 * (1 / 2 * 1)");
    let sum_of = sum([UsageExpr::difference(b.clone(), c.clone()), d]);
    assert_eq!(sum([a.clone(), sum_of]).to_string(), "3 + (1 - 2 + 1)");
    let alone = product([UsageExpr::quotient(b, c)]);
    assert_eq!(product([a, alone]).to_string(), "3 * (1 / 2)");
}

/// What `expr` evaluates to, in numbers that cannot overflow within one step; `None` once it would not fit `usize`.
fn oracle(expr: &Value) -> Option<u128> {
    let fitting = |number: u128| (number <= usize::MAX as u128).then_some(number);
    let values = || expr["values"].as_array().unwrap().iter().map(oracle).collect::<Option<Vec<u128>>>();
    match expr["type"].as_str().unwrap() {
        "Config" | "StructSize" | "Constant" => Some(expr["value"].as_u64().unwrap().into()),
        "Product" => values()?.into_iter().try_fold(1, |product, factor| fitting(product * factor)),
        "Sum" => fitting(values()?.into_iter().sum()),
        "Max" => Some(values()?.into_iter().max().unwrap_or(0)),
        "Min" => Some(values()?.into_iter().min().unwrap_or(0)),
        "Difference" => {
            let (minuend, subtrahend) = (oracle(&expr["minuend"])?, oracle(&expr["subtrahend"])?);
            Some(minuend.max(subtrahend) - subtrahend)
        }
        "Quotient" => {
            let (dividend, divisor) = (oracle(&expr["dividend"])?, oracle(&expr["divisor"])?.max(1));
            Some(dividend / divisor + u128::from(dividend % divisor > 0))
        }
        "NextPowerOfTwo" => {
            let value = oracle(&expr["value"])?;
            let mut power = 1;
            while power < value {
                power *= 2;
            }
            if value == 0 { Some(0) } else { fitting(power) }
        }
        other => panic!("no rule for {other}"),
    }
}

fn any_number() -> impl Strategy<Value = usize> {
    prop_oneof![
        4 => 0_usize..10,
        2 => 0_usize..100_000,
        1 => any::<usize>(),
        1 => (usize::MAX - 2)..=usize::MAX,
        1 => (0_u32..64).prop_map(|shift| 1_usize << shift),
    ]
}

fn any_tree() -> impl Strategy<Value = UsageExpr> {
    let leaf = prop_oneof![
        any_number().prop_map(config),
        any_number().prop_map(number),
        any_number().prop_map(|value| UsageExpr::StructSize { name: "items".into(), value }),
    ];
    leaf.prop_recursive(6, 48, 4, |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            several().prop_map(product),
            several().prop_map(sum),
            several().prop_map(|values| UsageExpr::Max { values }),
            several().prop_map(|values| UsageExpr::Min { values }),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| UsageExpr::difference(a, b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| UsageExpr::quotient(a, b)),
            inner.prop_map(UsageExpr::next_power_of_two),
        ]
    })
}

proptest! {
    #[test]
    fn any_tree_evaluates_to_what_greater_numbers_give(expr in any_tree()) {
        let json = serde_json::to_value(&expr).unwrap();
        let expected = oracle(&json).map(|value| usize::try_from(value).unwrap());
        prop_assert_eq!(expr.checked_evaluate(), expected, "{}", expr);
        prop_assert_eq!(expr.evaluate(), expected.unwrap_or(usize::MAX));
    }

    #[test]
    fn any_tree_comes_back_from_json(expr in any_tree()) {
        let text = serde_json::to_string(&expr).unwrap();
        prop_assert_eq!(serde_json::from_str::<UsageExpr>(&text).unwrap(), expr);
    }
}
