//! Components of which there are several, and how deep a tree becomes.

use std::collections::{HashMap, HashSet};

use memory_accounting::{
    BoundsVerifier, ComponentBounds, MemoryBounds, MemoryBoundsBuilder, MemoryGrant, UsageExpr,
};
use serde_json::{Value, json};

use super::{Declared, Firm, declared, invalid, names};

#[test]
fn repeated_components_are_multiplied_entry_by_entry() {
    let worker = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        builder.minimum().with_fixed_amount("stack", 100);
        builder.with_subcomponent("queue", &Firm(10));
        builder.skipped("handle", "the runtime's");
    });
    let times = UsageExpr::config("workers", 3);
    let named = declared(|builder| _ = builder.with_repeated_subcomponent("worker", &times, &worker));
    assert_eq!((named.total_minimum_required_bytes(), named.total_firm_limit_bytes()), (300, 330));
    assert_eq!(names(&named), ["root.worker.min", "root.worker.queue.firm"]);
    assert_eq!(
        named.to_exprs()[1]["expr"]["values"][1],
        json!({"type": "Config", "name": "workers", "value": 3})
    );
    assert_eq!(named.find("worker").unwrap().skipped().len(), 1);

    let flat = declared(|builder| _ = builder.with_repeated(&times, &worker));
    assert_eq!(names(&flat), ["root.min", "root.queue.firm"]);
    assert_eq!(flat.total_firm_limit_bytes(), 330);
}

#[test]
fn what_overflows_is_nothing_no_times() {
    let worker = Declared(|builder: &mut MemoryBoundsBuilder<'_>| {
        let huge = |name| UsageExpr::config(name, usize::MAX);
        builder.firm().with_expr(UsageExpr::product("", huge("a"), huge("b")));
    });
    let repeated = |times| {
        declared(|builder| _ = builder.with_repeated(&UsageExpr::config("workers", times), &worker))
            .total_firm_limit_bytes()
    };
    assert_eq!([repeated(0), repeated(1)], [0, usize::MAX]);
}

#[test]
fn a_repeated_component_beside_one_of_its_name_is_refused() {
    let times = UsageExpr::config("workers", 3);
    let twice = declared(|builder| {
        builder.with_repeated_subcomponent("worker", &times, &Firm(1));
        builder.with_repeated_subcomponent("worker", &times, &Firm(1));
    });
    assert_eq!(invalid(twice), "worker");
    let pool =
        Declared(|builder: &mut MemoryBoundsBuilder<'_>| _ = builder.with_subcomponent("queue", &Firm(10)));
    let beside_by_hand = declared(|builder| {
        builder.subcomponent("queue").firm().with_fixed_amount("by hand", 1);
        builder.with_repeated(&times, &pool);
    });
    assert_eq!(invalid(beside_by_hand), "queue");
}

#[test]
fn parts_may_add_to_one_subcomponent_by_hand() {
    let add = |builder: &mut MemoryBoundsBuilder<'_>| {
        builder.subcomponent("queue").firm().with_fixed_amount("by hand", 1);
    };
    let inner = Declared(move |builder: &mut MemoryBoundsBuilder<'_>| {
        add(builder);
        builder.with_flattened(&Declared(add));
    });
    let bounds = declared(|builder| {
        add(builder);
        builder.with_flattened(&inner);
    });
    let verified = BoundsVerifier::new(MemoryGrant::effective(3).unwrap(), bounds).verify().unwrap();
    assert_eq!(verified.total_firm_limit_bytes(), 3);
}

/// How many levels of expressions lie inside each other.
fn levels(expr: &Value) -> usize {
    let below = match expr {
        Value::Object(fields) => fields.values().map(levels).max(),
        Value::Array(values) => return values.iter().map(levels).max().unwrap_or(0),
        _ => return 0,
    };
    below.unwrap_or(0) + 1
}

#[test]
fn repeating_again_and_again_adds_no_level() {
    struct Nested(usize);

    impl MemoryBounds for Nested {
        fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
            match self.0.checked_sub(1) {
                Some(fewer) => {
                    builder.with_repeated_subcomponent(
                        "inner",
                        &UsageExpr::config("times", 1),
                        &Nested(fewer),
                    );
                }
                None => {
                    builder
                        .firm()
                        .with_container::<HashMap<[u8; 5], ()>>("map", UsageExpr::config("items", 1));
                }
            }
        }
    }

    let once = levels(&ComponentBounds::of(&Nested(1)).to_exprs()[0]["expr"]);
    let often = ComponentBounds::of(&Nested(50)).to_exprs().remove(0);
    assert_eq!(levels(&often["expr"]), once);
    assert!(once < 60, "{once}");
    let text = often["expr"].to_string();
    assert_eq!(
        serde_json::to_value(serde_json::from_str::<UsageExpr>(&text).unwrap()).unwrap(),
        often["expr"]
    );
}

/// The deepest expression that the derive takes, in the deepest rule it knows, repeated.
#[derive(MemoryBounds)]
struct Deep {
    limit: usize,
    #[bounds(
        per_item = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1",
        item_bytes = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1",
        minimum
    )]
    table: HashSet<[u8; 5]>,
}

#[derive(MemoryBounds)]
struct Deeper {
    limit: usize,
    #[bounds(
        subcomponent,
        times = "limit - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1 - 1"
    )]
    deep: Deep,
}

#[test]
fn the_deepest_tree_that_can_be_declared_comes_back_from_text() {
    let deeper = Deeper { limit: 100, deep: Deep { limit: 100, table: HashSet::new() } };
    assert!(deeper.deep.table.is_empty());
    let bounds = ComponentBounds::of(&deeper);
    assert_eq!(bounds.to_exprs().len(), 2);
    for entry in bounds.to_exprs() {
        assert!(levels(&entry["expr"]) < 60, "{}", levels(&entry["expr"]));
        let text = entry.to_string();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), entry);
    }
}
