//! The reports over HTTP. What is asked for first is at `/memory`, as a program would have it.

mod events;
mod mounting;
mod pages;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use memory_accounting::{ComponentRegistry, MemoryAPIHandler};
use serde_json::Value;
use tower::ServiceExt;

fn registry() -> ComponentRegistry {
    let registry = ComponentRegistry::default();
    registry.get_or_create("topology.source").bounds_builder().minimum().with_fixed_amount("buffer", 8192);
    registry
}

fn app(handler: MemoryAPIHandler) -> Router {
    Router::new().nest_service("/memory", handler.into_router())
}

async fn ask(app: &Router, method: Method, path: &str, accept: &str) -> Response {
    let request = Request::builder().method(method).uri(path).header(header::ACCEPT, accept);
    app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

/// Status, headers and body of the answer to what `curl` would send.
async fn get(app: &Router, path: &str) -> (StatusCode, HeaderMap, String) {
    read(ask(app, Method::GET, path, "*/*").await).await
}

async fn read(response: Response) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.into()).unwrap())
}

async fn get_json(handler: MemoryAPIHandler, path: &str) -> (StatusCode, Value) {
    let (status, headers, body) = get(&app(handler), path).await;
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    (status, serde_json::from_str(&body).unwrap())
}
