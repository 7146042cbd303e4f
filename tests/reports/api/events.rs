//! Server-sent events.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{app, ask, get_json, registry};

/// The next piece of a body that does not end.
async fn next(body: &mut Body) -> Bytes {
    poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await.unwrap().unwrap().into_data().unwrap()
}

fn status(event: &Bytes) -> Value {
    let event = std::str::from_utf8(event).unwrap();
    let data = event.strip_prefix("data: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
    assert!(!data.contains('\n'));
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn the_status_comes_again_and_again() {
    let registry = registry();
    let app = app(registry.api_handler());
    let response = ask(&app, Method::GET, "/memory/events?interval=250ms", "text/event-stream").await;
    assert_eq!(
        (response.status(), &response.headers()[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/event-stream".parse().unwrap())
    );
    let mut body = response.into_body();
    let first = status(&next(&mut body).await);
    assert_eq!(first["components"], serde_json::to_value(registry.usage()).unwrap());
    registry.get_or_create("later");
    let second = status(&next(&mut body).await);
    assert_eq!(second["components"], serde_json::to_value(registry.usage()).unwrap());
    let [first, second] = [first, second].map(|status| status["process"]["uptime_ms"].as_u64().unwrap());
    assert!(second > first, "{first} then {second}");
}

#[tokio::test]
async fn streams_are_bounded_and_end_with_the_client() {
    let app = app(registry().api_handler());
    let open = async || ask(&app, Method::GET, "/memory/events", "*/*").await;
    let mut responses = Vec::new();
    for _ in 0..32 {
        responses.push(open().await);
        assert_eq!(responses.last().unwrap().status(), StatusCode::OK);
    }
    assert_eq!(open().await.status(), StatusCode::SERVICE_UNAVAILABLE);
    responses.pop();
    assert_eq!(open().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_interval_that_is_none_is_refused() {
    let (status, json) = get_json(registry().api_handler(), "/memory/events?interval=1ms").await;
    let error = "`1ms` is no interval: write 250ms to 60000ms, or 1s to 60s";
    assert_eq!((status, json), (StatusCode::BAD_REQUEST, json!({ "error": error })));
}
