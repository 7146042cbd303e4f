//! Amounts: what each way of declaring one adds, under which name.

use std::collections::{HashMap, HashSet};

use memory_accounting::{ComponentBounds, Container, MemoryBounds, UsageExpr};
use serde_json::{Value, json};

use super::{declared, names, one_firm_entry};

#[test]
fn nothing_declared_is_nothing() {
    let bounds = declared(|_| {});
    assert_eq!((bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes()), (0, 0));
    assert_eq!(bounds.to_exprs(), Vec::<Value>::new());
    assert_eq!(bounds.subcomponents().count(), 0);
    assert_eq!(bounds.to_string(), "root  0 B");
}

#[test]
fn the_firm_limit_includes_the_minimum() {
    let bounds = declared(|builder| {
        builder.minimum().with_fixed_amount("up front", 100);
        builder.firm().with_fixed_amount("later", 20);
        builder.minimum().with_fixed_amount("also up front", 3);
    });
    assert_eq!(bounds.total_minimum_required_bytes(), 103);
    let minimum: Vec<_> = bounds.minimum_entries().iter().map(|entry| entry.expr().evaluate()).collect();
    assert_eq!(minimum, [100, 3]);
    assert_eq!(bounds.total_firm_limit_bytes(), 123);
}

#[test]
fn amounts_chain() {
    let bounds = one_firm_entry(|firm| {
        firm.with_fixed_amount("a", 1).with_single_value::<u64>("b").with_expr(UsageExpr::config("c", 2));
    });
    assert_eq!(bounds.total_firm_limit_bytes(), 11);
}

#[test]
fn each_amount_has_its_expression() {
    let size = |name: &str, value: usize| json!({"type": "StructSize", "name": name, "value": value});
    let constant = |name: &str, value: usize| json!({"type": "Constant", "name": name, "value": value});
    let cases = [
        (one_firm_entry(|firm| _ = firm.with_single_value::<u32>("header")), 4, size("header", 4)),
        (one_firm_entry(|firm| _ = firm.with_fixed_amount("table", 10)), 10, constant("table", 10)),
        (
            one_firm_entry(|firm| _ = firm.with_array::<u16>("buffer", 5)),
            10,
            json!({"type": "Product", "values": [size("buffer", 2), constant("len", 5)]}),
        ),
        (
            one_firm_entry(|firm| _ = firm.with_container::<Vec<u16>>("buffer", UsageExpr::config("len", 5))),
            10,
            json!({"type": "Product", "values": [
                size("buffer", 2), {"type": "Config", "name": "len", "value": 5}
            ]}),
        ),
    ];
    for (bounds, bytes, expr) in cases {
        assert_eq!(bounds.total_firm_limit_bytes(), bytes);
        assert_eq!(
            bounds.to_exprs(),
            [json!({"name": "root.firm", "component": "root", "kind": "firm", "bytes": bytes, "expr": expr})]
        );
    }
}

#[test]
fn a_map_is_its_length_times_key_and_value_and_nothing_more() {
    let bounds = one_firm_entry(|firm| _ = firm.with_map::<u64, u8>("index", 100));
    assert_eq!(bounds.total_firm_limit_bytes(), 900);
    let expected = json!({
        "name": "root.firm",
        "component": "root",
        "kind": "firm",
        "bytes": 900,
        "label": "index",
        "expr": {"type": "Product", "values": [
            {"type": "Sum", "values": [
                {"type": "StructSize", "name": "key", "value": 8},
                {"type": "StructSize", "name": "value", "value": 1},
            ]},
            {"type": "Constant", "name": "len", "value": 100},
        ]},
    });
    assert_eq!(bounds.to_exprs(), [expected]);
}

#[test]
fn a_container_counts_what_is_allocated_in_the_minimum_and_the_most_in_firm() {
    let items = || UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder.minimum().with_container::<HashSet<u64>>("names", items());
        builder.firm().with_container::<HashSet<u64>>("names", items());
    });
    let (allocated, doubled) = (128 * 9 + 16, 256 * 9 + 16);
    assert_eq!(bounds.total_minimum_required_bytes(), allocated);
    assert_eq!(bounds.total_firm_limit_bytes(), allocated + doubled + allocated);
}

/// What is declared by hand below.
#[derive(MemoryBounds)]
struct Preallocated {
    limit: usize,
    #[bounds(per_item = "limit", minimum)]
    index: HashMap<u64, u64>,
    #[bounds(per_item = "limit", minimum)]
    order: Vec<u64>,
}

#[test]
fn a_preallocated_container_is_declared_as_the_derive_does() {
    let items = || UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder
            .with_preallocated_container::<HashMap<u64, u64>>("index", items())
            .with_preallocated_container::<Vec<u64>>("order", items());
    });
    let component = Preallocated { limit: 100, index: HashMap::new(), order: Vec::new() };
    assert!(component.index.is_empty() && component.order.is_empty());
    assert_eq!(bounds, ComponentBounds::of(&component));
    assert_eq!(names(&bounds), ["root.min", "root.min", "root.firm"]);
}

#[test]
fn a_preallocated_container_may_use_all_of_its_bound() {
    let items = UsageExpr::config("limit", 100);
    let bounds = declared(|builder| {
        builder.with_preallocated_container::<HashMap<u64, u64>>("index", items.clone());
    });
    let (allocated, bounded) = (
        HashMap::<u64, u64>::allocated("index", &items).evaluate(),
        HashMap::<u64, u64>::bounded("index", &items).evaluate(),
    );
    assert!(allocated < bounded);
    assert_eq!(
        (bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes()),
        (allocated, bounded)
    );
}

#[test]
fn a_label_shows_only_where_no_leaf_carries_the_name() {
    let bounds = one_firm_entry(|firm| {
        let expr = || UsageExpr::sum("", UsageExpr::config("a", 1), UsageExpr::constant("B", 2));
        firm.with_named_expr("a", expr()).with_named_expr("B", expr()).with_named_expr("c", expr());
        firm.with_expr(expr());
    });
    let labels: Vec<_> = bounds.to_exprs().into_iter().map(|expr| expr.get("label").cloned()).collect();
    assert_eq!(labels, [None, None, Some(json!("c")), None]);
    let given: Vec<_> = bounds.firm_entries().iter().map(memory_accounting::BoundsEntry::label).collect();
    assert_eq!(given, [Some("a"), Some("B"), Some("c"), None]);
}

#[test]
fn entries_come_minimum_first_and_components_before_what_is_below_them_by_name() {
    let bounds = declared(|builder| {
        builder.subcomponent("z").firm().with_fixed_amount("1", 1);
        builder.subcomponent("a.b").minimum().with_fixed_amount("2", 2);
        builder.subcomponent("a").firm().with_fixed_amount("3", 3);
        builder.firm().with_fixed_amount("4", 4).with_fixed_amount("5", 5);
        builder.minimum().with_fixed_amount("6", 6);
    });
    assert_eq!(
        names(&bounds),
        ["root.min", "root.firm", "root.firm", "root.a.firm", "root.a.b.min", "root.z.firm"]
    );
    let values: Vec<_> = bounds.to_exprs().iter().map(|expr| expr["expr"]["value"].clone()).collect();
    assert_eq!(values, [6, 4, 5, 3, 2, 1]);
}
