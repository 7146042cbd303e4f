//! Any bounds, and what this library says of them, for the page to say the same.
//!
//! What is declared is made twice: as it is, and with other values of the settings. A page of the first has to come to what the second is
//! when these values are typed.

use std::error::Error;

use memory_accounting::sizing::{self, LargestThatFits, SettingEffect};
use memory_accounting::{ComponentBounds, Guide, StartupSettings};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

const CASES: usize = 600;

/// Some nest, and one is called by what has to be quoted.
const COMPONENTS: [&str; 7] = ["root", "a", "a.b", "a.b.c", "d", "d.\"x.y\"", "root.root"];

/// A setting: its key, the value it has, and the one it is changed to.
type Setting = (&'static str, Option<usize>, Option<usize>);

/// Two values under one key are two settings, so none is there twice. What has no name is none, and keeps its value.
fn settings() -> impl Strategy<Value = Vec<Setting>> {
    let setting = (select(vec!["limit", "size", "workers", ""]), value(), value());
    prop::collection::vec(setting, 1..7).prop_map(|mut settings| {
        settings.sort();
        settings.dedup_by_key(|(key, value, _)| (*key, *value));
        settings.iter_mut().filter(|(key, ..)| key.is_empty()).for_each(|(_, was, becomes)| *becomes = *was);
        settings
    })
}

fn value() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![9 => number().prop_map(Some), 1 => Just(None)]
}

fn number() -> impl Strategy<Value = usize> {
    let near_a_power =
        (0..usize::BITS, -1_i8..=1).prop_map(|(bits, by)| (1_usize << bits).saturating_add_signed(by.into()));
    prop_oneof![3 => 0_usize..5, 4 => 5_usize..5000, 1 => near_a_power, 1 => any::<usize>()]
}

/// An expression in which a setting is `{"setting": …}`.
fn expr() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => any::<Index>().prop_map(|index| json!({ "setting": index.index(1 << 20) })),
        1 => (1_usize..300).prop_map(|value| json!({ "type": "StructSize", "name": "s", "value": value })),
        1 => number().prop_map(|value| json!({ "type": "Constant", "name": "", "value": value })),
    ];
    leaf.prop_recursive(4, 20, 4, |operand| {
        let several =
            (select(vec!["Product", "Sum", "Max", "Min"]), prop::collection::vec(operand.clone(), 0..4));
        prop_oneof![
            4 => several.prop_map(|(operation, values)| json!({ "type": operation, "values": values })),
            1 => (operand.clone(), operand.clone())
                .prop_map(|(a, b)| json!({ "type": "Difference", "minuend": a, "subtrahend": b })),
            1 => (operand.clone(), operand.clone())
                .prop_map(|(a, b)| json!({ "type": "Quotient", "dividend": a, "divisor": b })),
            1 => operand.prop_map(|value| json!({ "type": "NextPowerOfTwo", "value": value })),
        ]
    })
}

/// Factors, some declared above: also above the root, of a tree that these are a part of.
fn times() -> impl Strategy<Value = Vec<Value>> {
    let times = (expr(), 0..3).prop_map(|(expr, above)| json!({ "expr": expr, "declared_above": above }));
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(times, 1..3)]
}

fn entries() -> impl Strategy<Value = Vec<Value>> {
    let label = select(vec![Value::Null, json!("a"), json!("b")]);
    let entry = (label, expr(), times());
    let entry =
        entry.prop_map(|(label, expr, times)| json!({ "label": label, "expr": expr, "times": times }));
    prop::collection::vec(entry, 0..3)
}

/// What is allocated up front, and what the whole is above it.
fn up_front() -> impl Strategy<Value = Option<(Value, Value)>> {
    let pair = (expr(), expr(), times()).prop_map(|(part, whole, times)| {
        let rest = json!({ "type": "Difference", "minuend": whole, "subtrahend": part });
        let entry = |expr: Value| json!({ "label": "up front", "expr": expr, "times": times });
        (entry(part), entry(rest))
    });
    prop::option::of(pair)
}

/// Which values the settings take, also some of which there are none.
fn ranges() -> impl Strategy<Value = Value> {
    let end = || prop::option::weighted(0.4, 0_usize..3000);
    let range = (end(), end()).prop_map(|(least, most)| json!({ "at_least": least, "at_most": most }));
    let of_keys = prop::collection::btree_map(select(vec!["limit", "size", "workers"]), range, 0..3);
    // A range is soon searched, and some searches are to take too long.
    prop_oneof![4 => Just(json!({})), 1 => of_keys.prop_map(|ranges| json!(ranges))]
}

/// Bounds as they are serialized, with settings as in [`expr`].
fn declared() -> impl Strategy<Value = Value> {
    let component = (times(), entries(), entries(), up_front(), ranges());
    let component = component.prop_map(|(times, mut minimum, mut firm, up_front, ranges)| {
        let (part, rest) = up_front.unzip();
        minimum.extend(part);
        firm.extend(rest);
        json!({ "times": times, "minimum": minimum, "firm": firm, "ranges": ranges })
    });
    prop::collection::vec(prop::option::of(component), COMPONENTS.len()).prop_map(|components| {
        let named = COMPONENTS.iter().zip(components);
        let there = named.filter_map(|(name, component)| Some(((*name).to_owned(), component?)));
        Value::Object(there.collect())
    })
}

/// `declared`, with what `value` gives for each setting.
fn with_settings(declared: &Value, settings: &[Setting], value: fn(&Setting) -> Option<usize>) -> Value {
    let below = |declared: &Value| with_settings(declared, settings, value);
    match declared {
        Value::Object(object) => match object.get("setting").and_then(Value::as_u64) {
            Some(number) => {
                let setting = &settings[usize::try_from(number).unwrap_or(0) % settings.len()];
                match value(setting) {
                    Some(value) => json!({ "type": "Config", "name": setting.0, "value": value }),
                    None => json!({ "type": "Unlimited", "name": setting.0 }),
                }
            }
            None => {
                object.iter().map(|(key, value)| (key.clone(), below(value))).collect::<Map<_, _>>().into()
            }
        },
        Value::Array(values) => values.iter().map(below).collect(),
        other => other.clone(),
    }
}

/// All cases: what the page is given, and what it has to come to.
pub(crate) fn cases() -> Result<Vec<Value>, Box<dyn Error>> {
    let mut runner = TestRunner::deterministic();
    let strategy = (settings(), declared(), 0_u64..=100);
    let case = |_| {
        let (settings, declared, percent) =
            strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        let bounds = serde_json::from_value(with_settings(&declared, &settings, |(_, was, _)| *was))?;
        let changed =
            serde_json::from_value(with_settings(&declared, &settings, |(_, _, becomes)| *becomes))?;
        let values = settings.iter().map(|(key, was, becomes)| json!([key, text(*was), text(*becomes)]));
        Ok(json!({
            "data": data_of(&bounds)?,
            "now": results(&bounds),
            "text": bounds.to_string(),
            "values": values.collect::<Vec<_>>(),
            "changed": results(&changed),
            "explained": explained(&bounds, percent),
            "enough": enough(&bounds),
        }))
    };
    (0..CASES).map(case).collect()
}

/// What stands in the page of `bounds` for its scripts.
fn data_of(bounds: &ComponentBounds) -> Result<String, Box<dyn Error>> {
    let html = Guide::new(bounds).to_html();
    let (_, after) = html.split_once("id=\"data\">").ok_or("no data in the page")?;
    Ok(after.split_once("</script>").ok_or("data without an end")?.0.to_owned())
}

/// A number as a text, so that it stays exact; null where it is unbounded.
fn text(number: Option<usize>) -> Option<String> {
    number.map(|number| number.to_string())
}

fn results(bounds: &ComponentBounds) -> Value {
    let explanation = sizing::explain(bounds, 0);
    let entry =
        |entry: Value| json!([entry["component"], entry["bytes"].as_u64().map(|bytes| bytes.to_string())]);
    let component = |share: &sizing::ComponentShare| json!([share.name, text(share.firm_limit_bytes)]);
    json!({
        "firm_limit": text(explanation.firm_limit_bytes),
        // There is no word for an unbounded minimum alone.
        "minimum": bounds.total_minimum_required_bytes().to_string(),
        "entries": bounds.to_exprs().into_iter().map(entry).collect::<Vec<_>>(),
        "components": explanation.components.iter().map(component).collect::<Vec<_>>(),
    })
}

/// The limits that are enough, each with the part that is set aside.
fn enough(bounds: &ComponentBounds) -> Vec<Value> {
    let firm_limit = sizing::explain(bounds, 0).firm_limit_bytes;
    let limit = |slop_factor: f64| {
        let mut settings = StartupSettings::default();
        settings.slop_factor = slop_factor;
        let limit = firm_limit.and_then(|bytes| settings.limit_for(bytes));
        json!([slop_factor, limit.map(|bytes| bytes.to_string())])
    };
    [0.0, 0.01, 0.15, 0.29, 0.57, 0.99].into_iter().map(limit).collect()
}

/// What is said about the settings, with a limit of so many percent of what is declared.
fn explained(bounds: &ComponentBounds, percent: u64) -> Value {
    let firm_limit = sizing::explain(bounds, 0).firm_limit_bytes.unwrap_or(1 << 30);
    let limit = usize::try_from(u128::from(percent) * firm_limit as u128 / 101).unwrap_or(0);
    let explanation = sizing::explain(bounds, limit);
    let settings = explanation.settings.iter().map(|share| {
        json!([
            share.component,
            share.key,
            text(share.value),
            text(share.bytes),
            largest(share.largest_that_fits),
            share.every_smaller_fits
        ])
    });
    let together = explanation.fitting_together.iter();
    let together = together.map(|one| json!([one.component, one.key, one.value.to_string()]));
    json!({
        "limit": limit.to_string(),
        "settings": settings.collect::<Vec<_>>(),
        "together": together.collect::<Vec<_>>(),
        "solved": solved(bounds, limit),
    })
}

fn largest(largest: LargestThatFits) -> Value {
    match largest {
        LargestThatFits::AtMost(largest) => json!(largest.to_string()),
        LargestThatFits::Unlimited => json!("unlimited"),
        LargestThatFits::None => Value::Null,
        _ => json!("unknown"),
    }
}

/// What each setting does, and the greatest value of it that fits, whatever it is now.
fn solved(bounds: &ComponentBounds, limit: usize) -> Vec<Value> {
    let solved = sizing::settings(bounds).into_iter().filter_map(|setting| {
        let solution = sizing::solve(bounds, &setting, limit)?;
        let effect = match solution.effect {
            SettingEffect::None => "none",
            SettingEffect::Grows => "grow",
            SettingEffect::Shrinks => "shrink",
            _ => "either",
        };
        Some(json!([
            setting.component,
            setting.key,
            text(setting.value),
            effect,
            largest(solution.largest_that_fits),
            solution.no_greater_fits,
            solution.every_smaller_fits,
        ]))
    });
    solved.collect()
}
