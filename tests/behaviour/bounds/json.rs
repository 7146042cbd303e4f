//! Bounds as JSON, there and back.

use std::collections::BTreeMap;

use memory_accounting::{ComponentBounds, ComponentRegistry, UsageExpr};
use serde_json::json;

use super::{Firm, declared, invalid};

/// A part of every form that bounds take.
fn everything() -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    let mut builder = registry.bounds_builder();
    builder.minimum().with_fixed_amount("table", 10);
    builder.with_flattened(&BTreeMap::from([("x.y", Firm(1))]));
    let mut source = builder.subcomponent("topology.source");
    source.firm().with_named_expr("queue", UsageExpr::unlimited("entries"));
    source.skipped("socket", "the kernel's");
    builder.subcomponent("empty");
    builder.with_subcomponent("root", &Firm(2));
    registry
}

#[test]
fn an_entry_tells_its_component_kind_and_bytes() {
    assert_eq!(
        everything().as_bounds().to_exprs(),
        [
            json!({
                "name": "root.min", "component": "root", "kind": "minimum", "bytes": 10,
                "expr": {"type": "Constant", "name": "table", "value": 10},
            }),
            json!({
                "name": "root.root.firm", "component": "root.root", "kind": "firm", "bytes": 2,
                "expr": {"type": "Constant", "name": "bytes", "value": 2},
            }),
            json!({
                "name": "root.topology.source.firm", "component": "topology.source", "kind": "firm", "bytes": null,
                "expr": {"type": "Unlimited", "name": "entries"}, "label": "queue",
            }),
            json!({
                "name": r#"root."x.y".firm"#, "component": r#""x.y""#, "kind": "firm", "bytes": 1,
                "expr": {"type": "Constant", "name": "bytes", "value": 1},
            }),
        ]
    );
}

#[test]
fn bounds_are_a_flat_map_in_json_and_come_back_from_it() {
    let bounds = everything().as_bounds();
    let bytes = |value| json!([{"expr": {"type": "Constant", "name": "bytes", "value": value}}]);
    let expected = json!({
        "root": {"minimum": [{"expr": {"type": "Constant", "name": "table", "value": 10}}]},
        "empty": {},
        "root.root": {"firm": bytes(2)},
        "topology": {},
        "topology.source": {
            "firm": [{"label": "queue", "expr": {"type": "Unlimited", "name": "entries"}}],
            "skipped": [{"name": "socket", "reason": "the kernel's"}],
        },
        r#""x.y""#: {"firm": bytes(1)},
    });
    assert_eq!(serde_json::to_value(&bounds).unwrap(), expected);
    assert_eq!(serde_json::from_value::<ComponentBounds>(expected).unwrap(), bounds);
    let text = serde_json::to_string(&bounds).unwrap();
    assert_eq!(serde_json::from_str::<ComponentBounds>(&text).unwrap(), bounds);
    assert_eq!(serde_json::from_str::<ComponentBounds>("{}").unwrap(), ComponentBounds::default());
}

#[test]
fn what_verification_refuses_is_still_refused_when_it_comes_back_from_json() {
    let there_and_back = |bounds: &ComponentBounds| -> ComponentBounds {
        serde_json::from_str(&serde_json::to_string(bounds).unwrap()).unwrap()
    };
    let twice = declared(|builder| {
        builder.with_subcomponent("a", &None::<Firm>).with_subcomponent("a", &None::<Firm>);
    });
    assert_eq!(invalid(there_and_back(&twice)), "a");
    let misnamed = declared(|builder| _ = builder.subcomponent("a..b"));
    assert_eq!(invalid(there_and_back(&misnamed)), r#""a..b""#);
}

#[test]
fn json_that_is_no_bounds_is_refused() {
    let cases = [
        (r#"{"a..b": {}}"#, "`a..b` is no component: a name before or after a dot is missing"),
        (r#"{"a": {}, "a": {}}"#, "component `a` is there twice"),
        (r#"{"a": {}, "root.a": {}}"#, "component `root.a` is there twice"),
        (r#"{"a": {"maximum": []}}"#, "unknown field `maximum`"),
        (r#"{"a": {"firm": [{"expr": {"type": "Sum", "values": []}, "unit": 1}]}}"#, "unknown field `unit`"),
        ("[]", "expected a map of components by full name"),
    ];
    for (text, expected) in cases {
        let error = serde_json::from_str::<ComponentBounds>(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
