//! `UsageExpr`: JSON, evaluation, overflow and text.

use std::collections::{BTreeMap, HashMap, LinkedList, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use memory_accounting::{Container, HashContainer, UsageExpr};
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
        (UsageExpr::unlimited("limit"), json!({"type": "Unlimited", "name": "limit"})),
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
        (json!({"type": "Unlimited", "name": "a", "value": 1}), "unknown field `value`"),
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
fn what_overflows_and_what_is_not_limited_is_above_all_numbers() {
    for unbounded in [overflow, || UsageExpr::unlimited("limit"), || UsageExpr::unlimited("")] {
        let greatest = || number(usize::MAX);
        let cases = [
            (unbounded(), None),
            (product([number(0), unbounded()]), Some(0)),
            (product([unbounded(), number(0)]), Some(0)),
            (product([unbounded(), number(1)]), None),
            (product([unbounded(), unbounded(), number(0)]), Some(0)),
            (sum([unbounded(), number(0)]), None),
            (UsageExpr::max(number(1), unbounded()), None),
            (UsageExpr::min(number(1), unbounded()), Some(1)),
            (UsageExpr::min(unbounded(), greatest()), Some(usize::MAX)),
            (UsageExpr::min(unbounded(), unbounded()), None),
            (UsageExpr::difference(greatest(), unbounded()), Some(0)),
            (UsageExpr::difference(unbounded(), greatest()), None),
            (UsageExpr::difference(unbounded(), unbounded()), None),
            (UsageExpr::quotient(greatest(), unbounded()), Some(1)),
            (UsageExpr::quotient(number(0), unbounded()), Some(0)),
            (UsageExpr::quotient(unbounded(), greatest()), None),
            (UsageExpr::quotient(unbounded(), unbounded()), None),
            (UsageExpr::quotient(unbounded(), number(0)), None),
            (UsageExpr::next_power_of_two(unbounded()), None),
        ];
        for (expr, expected) in cases {
            assert_eq!(expr.checked_evaluate(), expected, "{expr}");
            assert_eq!(expr.evaluate(), expected.unwrap_or(usize::MAX), "{expr}");
        }
    }
}

/// A rule multiplies with conditions such as `min(items, 1)`, which must not become 0 where something overflows.
#[test]
fn no_rule_of_a_container_gives_less_for_more_items_than_can_be_counted() {
    type Rule = fn(&str, &UsageExpr) -> UsageExpr;
    let rules: [(&str, Rule); 14] = [
        ("Vec", <Vec<u32>>::grown),
        ("VecDeque", <VecDeque<u32>>::bounded),
        ("Box<[T]>", <Box<[u32]>>::grown),
        ("Arc<[T]>", <Arc<[u32]>>::grown),
        ("Arc<C>", <Arc<Vec<u32>>>::bounded),
        ("HashMap", <HashMap<u32, u8>>::allocated),
        ("HashMap", <HashMap<u32, u8>>::bounded),
        ("HashMap", <HashMap<u32, u8>>::grown),
        ("HashMap", <HashMap<u32, u8>>::insert_only_bounded),
        ("HashMap", <HashMap<u32, u8>>::insert_only_grown),
        ("HashMap", <HashMap<u32, u8>>::headroom_bounded),
        ("BTreeMap", <BTreeMap<u32, u8>>::bounded),
        ("LinkedList", <LinkedList<u32>>::bounded),
        ("SyncSender", <SyncSender<u32>>::bounded),
    ];
    for (name, rule) in rules {
        assert_eq!(rule(name, &UsageExpr::unlimited("items")).checked_evaluate(), None, "{name}");
        let bytes = (0..usize::BITS).map(|shift| rule(name, &config(usize::MAX >> shift)).evaluate());
        assert!(bytes.is_sorted_by(|more, less| more >= less), "{name}");
    }
}

#[test]
fn a_tree_is_evaluated_with_other_settings() {
    let expr =
        product([UsageExpr::struct_size::<u32>("a"), UsageExpr::config("a", 5), UsageExpr::config("b", 3)]);
    let with_a_of = |value| expr.evaluate_with(&|name, present| if name == "a" { value } else { present });
    assert_eq!(with_a_of(Some(10)), Some(120), "the size called `a` is no setting");
    assert_eq!(with_a_of(Some(usize::MAX)), None);
    assert_eq!(with_a_of(None), None);
    assert_eq!(expr.evaluate(), 60, "the tree itself stays");
    let unlimited = product([UsageExpr::struct_size::<u32>("a"), UsageExpr::unlimited("a")]);
    let limited = unlimited.evaluate_with(&|name, present| {
        assert_eq!((name, present), ("a", None));
        Some(3)
    });
    assert_eq!(limited, Some(12));
}

#[test]
fn settings_are_visited_from_left_to_right_as_often_as_they_stand() {
    let setting = |name: &str| UsageExpr::config(name, 1);
    let expr = sum([
        UsageExpr::quotient(setting("a"), setting("b")),
        UsageExpr::difference(UsageExpr::next_power_of_two(setting("c")), setting("a")),
        UsageExpr::constant("d", 1),
        UsageExpr::unlimited("e"),
    ]);
    let mut visited = Vec::new();
    expr.visit_settings(&mut |name, value| visited.push((name.to_owned(), value)));
    let expected = [("a", Some(1)), ("b", Some(1)), ("c", Some(1)), ("a", Some(1)), ("e", None)];
    assert_eq!(visited, expected.map(|(name, value)| (name.to_owned(), value)));
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
        (UsageExpr::unlimited("limit"), "limit=unlimited"),
        (UsageExpr::unlimited(""), "unlimited"),
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
        (product([sum([]), a.clone()]), "0 * a=1"),
        (UsageExpr::quotient(a.clone(), product([])), "a=1 / 1"),
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

/// A natural number that no operation here can overflow unseen, or, above all of them, unbounded.
type Model = Option<u128>;

/// What an operation gives for operands that may be unbounded, from what it gives for numbers.
fn modelled(kind: &str, operands: &[Model]) -> Model {
    let numbers: Option<Vec<u128>> = operands.iter().copied().collect();
    let value = match (kind, operands, numbers) {
        ("Product", _, _) if operands.contains(&Some(0)) => 0,
        ("Min", [], _) | ("Difference", [Some(_), None], _) | ("NextPowerOfTwo", [Some(0)], _) => 0,
        ("Product", _, Some(numbers)) => {
            numbers.iter().try_fold(1_u128, |product, factor| product.checked_mul(*factor))?
        }
        ("Sum", _, Some(numbers)) => numbers.iter().sum(),
        ("Max", _, Some(numbers)) => numbers.into_iter().max().unwrap_or(0),
        ("Min", _, _) => operands.iter().flatten().min().copied()?,
        ("Difference", [Some(a), Some(b)], _) => a.max(b) - b,
        ("Quotient", [Some(a), None], _) => (*a).min(1),
        ("Quotient", [Some(a), Some(b)], _) => {
            let b = (*b).max(1);
            a / b + u128::from(a % b > 0)
        }
        ("NextPowerOfTwo", [Some(a)], _) => {
            (0..=64).map(|exponent| 1_u128 << exponent).find(|power| power >= a).unwrap()
        }
        (_, _, None) => return None,
        (other, _, _) => panic!("no rule for {other}"),
    };
    (value <= usize::MAX as u128).then_some(value)
}

/// What `expr` evaluates to, by the model.
fn oracle(expr: &Value) -> Model {
    let operands = |names: &[&str]| names.iter().map(|name| oracle(&expr[*name])).collect::<Vec<_>>();
    let kind = expr["type"].as_str().unwrap();
    let operands = match kind {
        "Config" | "StructSize" | "Constant" => return Some(expr["value"].as_u64().unwrap().into()),
        "Unlimited" => return None,
        "Difference" => operands(&["minuend", "subtrahend"]),
        "Quotient" => operands(&["dividend", "divisor"]),
        "NextPowerOfTwo" => operands(&["value"]),
        _ => expr["values"].as_array().unwrap().iter().map(oracle).collect(),
    };
    modelled(kind, &operands)
}

/// Every operation of up to three operands, over numbers around every corner of the rules and unbounded in both forms.
#[test]
fn every_operation_on_small_values_follows_the_model() {
    let leaves: Vec<UsageExpr> = [0, 1, 2, 3, 4, 5, usize::MAX / 2 + 1, usize::MAX]
        .map(number)
        .into_iter()
        .chain([overflow(), UsageExpr::unlimited("")])
        .collect();
    let mut exprs: Vec<UsageExpr> = leaves.iter().cloned().map(UsageExpr::next_power_of_two).collect();
    for a in &leaves {
        for b in &leaves {
            exprs.push(UsageExpr::difference(a.clone(), b.clone()));
            exprs.push(UsageExpr::quotient(a.clone(), b.clone()));
            for several in [vec![], vec![a.clone()], vec![a.clone(), b.clone()]] {
                for c in &leaves {
                    let values = || [several.clone(), vec![c.clone()]].concat();
                    exprs.extend([product(values()), sum(values())]);
                    exprs.extend([UsageExpr::Max { values: values() }, UsageExpr::Min { values: values() }]);
                }
            }
        }
    }
    for expr in exprs {
        let expected = oracle(&serde_json::to_value(&expr).unwrap());
        assert_eq!(expr.checked_evaluate().map(|value| value as u128), expected, "{expr}");
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
        Just(UsageExpr::unlimited("setting")),
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
