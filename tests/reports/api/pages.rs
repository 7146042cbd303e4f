//! What the pages say.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use axum::http::{StatusCode, header};
use memory_accounting::{
    ComponentBounds, ComponentRegistry, Detection, Guide, MemoryGrant, MemoryReport, Startup,
    StartupSettings, UsageExpr, sizing,
};
use serde_json::json;

use super::{app, get, get_json, registry};
use crate::sample::{grant, limiter};

#[tokio::test]
async fn the_status_is_the_report_as_text() {
    let registry = registry();
    let (status, headers, body) = get(&app(registry.api_handler()), "/memory/status").await;
    assert_eq!(
        (status, &headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/plain; charset=utf-8".parse().unwrap())
    );
    let process = format!("process {}, up ", std::process::id());
    assert!(body.starts_with(&process), "{body}");
    let table = MemoryReport::of(registry.usage()).to_string();
    assert!(body.contains(&format!("\n\n{table}")), "{body}");
    assert!(body.contains("the tracking allocator is not installed"), "{body}");
    assert!(body.ends_with('\n'));
}

#[tokio::test]
async fn the_metrics_are_those_of_the_report_with_what_is_attached() {
    let handler = registry().api_handler().with_limiter(limiter(1000)).with_grant(grant());
    let (status, headers, body) = get(&app(handler), "/memory/metrics").await;
    assert_eq!(
        (status, headers[header::CONTENT_TYPE].to_str().unwrap()),
        (StatusCode::OK, MemoryReport::PROMETHEUS_CONTENT_TYPE)
    );
    let lines: Vec<&str> = body.lines().collect();
    assert!(
        lines.contains(&"memory_accounting_firm_limit_bytes{component=\"topology.source\"} 8192"),
        "{body}"
    );
    for name in [
        "memory_accounting_limiter_waited_total 0",
        "memory_accounting_limiter_refused_total{reason=\"exhausted\"} 0",
    ] {
        assert!(lines.contains(&name), "{name} is not in {body}");
    }
}

#[tokio::test]
async fn what_is_attached_is_reported() {
    let handler = registry().api_handler().with_limiter(limiter(1000)).with_grant(grant());
    let (_, _, text) = get(&app(handler.clone()), "/memory/status").await;
    assert!(text.contains("\nlimiter: 1000 B of 1000 B tracked"), "{text}");
    assert!(text.contains("\ngrant: 12.0 MiB"), "{text}");
    let (_, json) = get_json(handler, "/memory/status.json").await;
    assert_eq!(json["limiter"]["level"], "hard");
    assert_eq!(json["limiter"]["counts"]["waited"], 0);
    assert_eq!(json["grant"]["effective_limit_bytes"], 12 * 1024 * 1024);
    assert_eq!(json["allocator_installed"], false);
    assert_eq!(json["limit"], json!({ "bytes": 1000, "effective_bytes": 1000, "from": "limiter" }));
}

#[tokio::test]
async fn the_status_is_the_report_for_a_program_and_says_of_what() {
    let registry = registry();
    let (status, json) = get_json(registry.api_handler(), "/memory/status.json").await;
    assert_eq!((status, &json["format"]), (StatusCode::OK, &json!(1)));
    assert_eq!(json["components"], serde_json::to_value(registry.usage()).unwrap());
    assert_eq!((json.get("limiter"), json.get("grant"), json.get("detection")), (None, None, None));
    assert_eq!((&json["allocator_installed"], &json["warnings"]), (&json!(false), &json!([])));
    assert_eq!(json["process"]["pid"], std::process::id());
    let milliseconds = |value: &serde_json::Value| value.as_u64().unwrap();
    let (started, uptime) = (&json["process"]["started_unix_ms"], &json["process"]["uptime_ms"]);
    assert_eq!(milliseconds(started) + milliseconds(uptime), milliseconds(&json["read_unix_ms"]));
}

#[tokio::test]
async fn a_start_tells_where_the_limit_is_from_and_its_warnings() {
    let settings: StartupSettings =
        serde_json::from_str(r#"{ "limit": "64MiB", "slop_factor": 0.5 }"#).unwrap();
    let registry = registry();
    let started = Startup::new(settings).begin(&registry).unwrap();
    let handler = registry.api_handler().with_started(&started);
    let (_, json) = get_json(handler.clone(), "/memory/status.json").await;
    assert_eq!(json["detection"], serde_json::to_value(started.detection()).unwrap());
    assert_eq!(json["warnings"], json!(started.warnings()));
    assert_eq!(json["limit"]["effective_bytes"], 32 << 20);
    assert_eq!(json["limiter"]["mode"], "enforce");
    let (_, _, text) = get(&app(handler), "/memory/status").await;
    assert!(text.contains("\ndetected: "), "{text}");
    assert!(text.contains(&format!("\nwarning: {}", started.warnings()[0])), "{text}");
}

#[tokio::test]
async fn a_detection_may_come_from_elsewhere() {
    let detection = Detection::within("/no such folder");
    let handler = registry().api_handler().with_detection(detection.clone());
    let (_, json) = get_json(handler, "/memory/status.json").await;
    assert_eq!(json["detection"], serde_json::to_value(&detection).unwrap());
    assert_eq!(json.get("detection_at_start"), None);
}

#[tokio::test]
async fn bounds_are_there_and_back() {
    let registry = registry();
    let (status, json) = get_json(registry.api_handler(), "/memory/bounds.json").await;
    let read: ComponentBounds = serde_json::from_value(json).unwrap();
    assert_eq!((status, read.to_string()), (StatusCode::OK, registry.as_bounds().to_string()));
    let (_, _, text) = get(&app(registry.api_handler()), "/memory/bounds").await;
    assert_eq!(text, format!("{}\n", registry.as_bounds()));
}

#[tokio::test]
async fn entries_have_their_bytes() {
    let (status, json) = get_json(registry().api_handler(), "/memory/bounds/entries.json").await;
    let expr = json!({"type": "Constant", "name": "buffer", "value": 8192});
    let entry = json!({
        "name": "root.topology.source.min", "component": "topology.source", "kind": "minimum", "bytes": 8192, "expr": expr,
    });
    assert_eq!((status, json), (StatusCode::OK, json!([entry])));
}

#[tokio::test]
async fn the_explanation_goes_by_the_grant() {
    let registry = ComponentRegistry::default();
    let queue =
        UsageExpr::product("queue", UsageExpr::constant("event", 64), UsageExpr::config("capacity", 1000));
    registry.get_or_create("queue").bounds_builder().firm().with_expr(queue);
    let handler = registry.api_handler().with_grant(MemoryGrant::effective(6400).unwrap());
    let explanation = sizing::explain(&registry.as_bounds(), 6400);
    let (_, mut json) = get_json(handler.clone(), "/memory/explain.json").await;
    let held = json.as_object_mut().unwrap().remove("held").unwrap();
    assert_eq!((&held["limit_bytes"], &held["live_bytes"]), (&json!(6400), &json!(null)));
    assert_eq!(json, serde_json::to_value(&explanation).unwrap());
    assert_eq!(json["settings"][0]["largest_that_fits"], json!({ "at_most": 100 }));
    let (_, _, text) = get(&app(handler), "/memory/explain").await;
    assert!(text.starts_with(&format!("{explanation}\nheld now: ")), "{text}");
    assert!(
        text.ends_with("; who holds it is not known, because nothing tracks what is allocated\n"),
        "{text}"
    );
}

#[tokio::test]
async fn the_guide_begins_with_the_grant() {
    let registry = registry();
    let (_, headers, page) = get(&app(registry.api_handler().with_grant(grant())), "/memory/guide").await;
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(page, Guide::new(&registry.as_bounds()).with_grant(grant()).to_html());
}

#[tokio::test]
async fn a_snapshot_is_all_of_it() {
    let handler = registry().api_handler().with_grant(grant());
    let (_, snapshot) = get_json(handler.clone(), "/memory/snapshot.json").await;
    let (_, status) = get_json(handler.clone(), "/memory/status.json").await;
    for key in ["format", "version", "limit", "components", "grant", "allocator_installed"] {
        assert_eq!(snapshot[key], status[key], "{key}");
    }
    assert_eq!(snapshot["process"]["pid"], status["process"]["pid"]);
    assert_eq!(snapshot["bounds"], get_json(handler.clone(), "/memory/bounds.json").await.1);
    let (_, mut explanation) = get_json(handler, "/memory/explain.json").await;
    // What is held is in the snapshot already.
    explanation.as_object_mut().unwrap().remove("held").unwrap();
    assert_eq!(snapshot["explanation"], explanation);
}

#[tokio::test]
async fn one_component_is_found_by_its_full_name() {
    let handler = registry().api_handler();
    for name in ["topology.source", "root"] {
        let (status, json) = get_json(handler.clone(), &format!("/memory/components/{name}")).await;
        assert_eq!((status, &json["name"]), (StatusCode::OK, &json!(name)));
        assert_eq!(json["total_declared"]["minimum"], 8192);
    }
}

#[tokio::test]
async fn a_handler_of_a_part_knows_its_components_by_full_names_and_no_others() {
    let registry = registry();
    registry.get_or_create("other");
    let part = registry.get_or_create("topology").api_handler();
    for name in ["topology", "topology.source"] {
        let (status, json) = get_json(part.clone(), &format!("/memory/components/{name}")).await;
        assert_eq!((status, &json["name"]), (StatusCode::OK, &json!(name)));
    }
    for name in ["root", "other", "source"] {
        let (status, json) = get_json(part.clone(), &format!("/memory/components/{name}")).await;
        assert_eq!(
            (status, &json["known"]),
            (StatusCode::NOT_FOUND, &json!(["topology", "topology.source"]))
        );
    }
}

#[tokio::test]
async fn a_text_that_is_no_name_is_not_found_and_the_reason_is_given() {
    let (status, json) = get_json(registry().api_handler(), "/memory/components/a..b").await;
    let error = "there is no component `a..b`, because a name before or after a dot is missing; \
        as one name it is written \"a..b\"; known are: root, topology, topology.source";
    assert_eq!((status, &json["error"]), (StatusCode::NOT_FOUND, &json!(error)));
}

#[tokio::test]
async fn an_encoded_slash_is_part_of_the_name() {
    let registry = registry();
    registry.get_or_create("in/out");
    let (status, json) = get_json(registry.api_handler(), "/memory/components/in%2Fout").await;
    assert_eq!((status, &json["name"]), (StatusCode::OK, &json!("in/out")));
}

#[tokio::test]
async fn an_unknown_component_is_not_found_and_the_known_ones_are_named() {
    let (status, json) = get_json(registry().api_handler(), "/memory/components/sink").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let expected = json!({
        "error": "there is no component `sink`; known are: root, topology, topology.source",
        "name": "sink",
        "known": ["root", "topology", "topology.source"],
    });
    assert_eq!(json, expected);
}

#[tokio::test]
async fn of_many_components_the_nearest_are_named() {
    let registry = registry();
    for number in 0..1000 {
        registry.get_or_create(format!("pipelines.{number}"));
    }
    let app = app(registry.api_handler());
    let (status, _, body) = get(&app, "/memory/components/topology.sorce").await;
    assert!(status == StatusCode::NOT_FOUND && body.len() < 400, "{body}");
    let json: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&json["known"][0], json["known"].as_array().unwrap().len()), (&json!("topology.source"), 5));
}

#[tokio::test]
async fn a_name_that_is_no_text_is_not_found() {
    let (status, json) = get_json(registry().api_handler(), "/memory/components/%FF").await;
    let error = "no component has a name that is not UTF-8, such as that in `/memory/components/%FF`";
    assert_eq!((status, json), (StatusCode::NOT_FOUND, json!({ "error": error })));
}

#[tokio::test]
async fn a_snapshot_is_of_one_moment() {
    let registry = ComponentRegistry::default();
    let is_over = AtomicBool::new(false);
    // What fails must not leave the other thread running.
    let failed = thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for name in ["a", "b", "c"] {
                    registry.get_or_create(name).bounds_builder().firm().with_fixed_amount("bytes", 1);
                }
                for name in ["a", "b", "c"] {
                    registry.remove(name).unwrap();
                }
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let failed = thread::spawn({
            let handler = registry.api_handler();
            move || {
                (0..500).find_map(|_| {
                    let (_, json) = runtime.block_on(get_json(handler.clone(), "/memory/snapshot.json"));
                    let bounds: ComponentBounds = serde_json::from_value(json["bounds"].clone()).unwrap();
                    let (total, declared) = (
                        bounds.total_firm_limit_bytes(),
                        &json["components"]["total_declared"]["firm_limit"],
                    );
                    (json!(total) != *declared).then(|| format!("{total} and {declared}"))
                })
            }
        })
        .join();
        is_over.store(true, Ordering::Relaxed);
        failed.unwrap()
    });
    assert_eq!(failed, None);
}

#[tokio::test]
async fn asking_changes_nothing() {
    let registry = registry();
    let handler = registry.api_handler().with_grant(grant());
    let (bounds, usage) = (registry.as_bounds(), registry.usage());
    let app = app(handler);
    for path in [
        "",
        "/status",
        "/status.json",
        "/components/topology.source",
        "/components/no",
        "/bounds",
        "/bounds.json",
    ] {
        get(&app, &format!("/memory{path}")).await;
    }
    for path in ["/bounds/entries.json", "/explain", "/explain.json", "/snapshot.json"] {
        get(&app, &format!("/memory{path}")).await;
    }
    assert_eq!((registry.as_bounds(), registry.usage()), (bounds, usage));
}
