use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use memory_accounting::{ComponentRegistry, MemoryAPIHandler, MemoryReport};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::sample::{grant, limiter};

fn registry() -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    registry.get_or_create("topology.source").bounds_builder().minimum().with_fixed_amount("buffer", 8192);
    registry
}

/// Status, content type and body of the answer to a request for `path`.
async fn get(handler: MemoryAPIHandler, path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = handler.into_router().oneshot(request).await.unwrap();
    let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, content_type, String::from_utf8(body.into()).unwrap())
}

async fn get_json(handler: MemoryAPIHandler, path: &str) -> (StatusCode, Value) {
    let (status, content_type, body) = get(handler, path).await;
    assert_eq!(content_type, "application/json");
    (status, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn memory_is_the_report_as_text() {
    let registry = registry();
    let (status, content_type, body) = get(registry.api_handler(), "/memory").await;
    assert_eq!((status, content_type.as_str()), (StatusCode::OK, "text/plain; charset=utf-8"));
    let table = MemoryReport::of(registry.usage()).to_string();
    assert!(body.starts_with(&table), "{body}");
    assert!(body.ends_with('\n'));
}

#[tokio::test]
async fn what_is_attached_is_reported() {
    let handler = registry().api_handler().with_limiter(limiter(1000)).with_grant(grant());
    let (_, _, text) = get(handler.clone(), "/memory").await;
    assert!(text.contains("\nlimiter: 1000 B of 1000 B tracked"), "{text}");
    assert!(text.contains("\ngrant: 12.0 MiB"), "{text}");
    let (_, json) = get_json(handler, "/memory/usage").await;
    assert_eq!(json["limiter"]["level"], "hard");
    assert_eq!(json["grant"]["effective_limit_bytes"], 12 * 1024 * 1024);
}

#[tokio::test]
async fn usage_is_the_tree_as_json() {
    let registry = registry();
    let (status, json) = get_json(registry.api_handler(), "/memory/usage").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(json["components"], serde_json::to_value(registry.usage()).unwrap());
    assert_eq!((json.get("limiter"), json.get("grant")), (None, None));
}

#[tokio::test]
async fn bounds_are_the_declared_expressions() {
    let (status, json) = get_json(registry().api_handler(), "/memory/bounds").await;
    let expr = json!({"type": "Constant", "name": "buffer", "value": 8192});
    let entry = json!({
        "name": "root.topology.source.min", "component": "topology.source", "kind": "minimum", "bytes": 8192, "expr": expr,
    });
    assert_eq!((status, json), (StatusCode::OK, json!([entry])));
}

#[tokio::test]
async fn one_component_is_found_by_its_full_name() {
    let (status, json) = get_json(registry().api_handler(), "/memory/usage/topology.source").await;
    let (name, minimum) = (&json["name"], &json["declared"]["minimum"]);
    assert_eq!((status, name, minimum), (StatusCode::OK, &json!("topology.source"), &json!(8192)));
    let (status, json) = get_json(registry().api_handler(), "/memory/usage/root").await;
    assert_eq!((status, &json["name"]), (StatusCode::OK, &json!("root")));
}

#[tokio::test]
async fn a_handler_of_a_part_knows_its_components_by_full_names_and_no_others() {
    let registry = registry();
    registry.get_or_create("other");
    let part = registry.get_or_create("topology").api_handler();
    for name in ["topology", "topology.source"] {
        let (status, json) = get_json(part.clone(), &format!("/memory/usage/{name}")).await;
        assert_eq!((status, &json["name"]), (StatusCode::OK, &json!(name)));
    }
    for name in ["root", "other", "source"] {
        let (status, json) = get_json(part.clone(), &format!("/memory/usage/{name}")).await;
        assert_eq!(
            (status, &json["known"]),
            (StatusCode::NOT_FOUND, &json!(["topology", "topology.source"]))
        );
    }
}

#[tokio::test]
async fn a_text_that_is_no_name_is_not_found_and_the_reason_is_given() {
    let (status, json) = get_json(registry().api_handler(), "/memory/usage/a..b").await;
    let error = "there is no component `a..b`, because a name before or after a dot is missing; \
        as one name it is written \"a..b\"; known are: root, topology, topology.source";
    assert_eq!((status, &json["error"]), (StatusCode::NOT_FOUND, &json!(error)));
}

#[tokio::test]
async fn an_encoded_slash_is_part_of_the_name() {
    let registry = registry();
    registry.get_or_create("in/out");
    let (status, json) = get_json(registry.api_handler(), "/memory/usage/in%2Fout").await;
    assert_eq!((status, &json["name"]), (StatusCode::OK, &json!("in/out")));
}

#[tokio::test]
async fn an_unknown_component_is_not_found_and_the_known_ones_are_named() {
    let (status, json) = get_json(registry().api_handler(), "/memory/usage/sink").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let expected = json!({
        "error": "there is no component `sink`; known are: root, topology, topology.source",
        "name": "sink",
        "known": ["root", "topology", "topology.source"],
    });
    assert_eq!(json, expected);
}
