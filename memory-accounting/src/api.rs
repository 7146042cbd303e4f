//! The memory reports over HTTP.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::grant::MemoryGrant;
use crate::limiter::MemoryLimiter;
use crate::registry::{ComponentRegistry, UnknownComponent};
use crate::report::MemoryReport;

/// Answers questions about the memory of a program over HTTP, as an axum router.
///
/// | request | answer |
/// |---|---|
/// | `GET /memory` | the report as text; see [`MemoryReport`] |
/// | `GET /memory/usage` | the same as JSON |
/// | `GET /memory/usage/{component}` | one component by its full name and everything below it, as JSON; see [`ComponentUsage`](crate::ComponentUsage) |
/// | `GET /memory/bounds` | the declared expressions as JSON; see [`to_exprs`](crate::ComponentBounds::to_exprs) |
///
/// A name that no component has is answered with status 404 and the names there are:
/// `{"error": "…", "name": "…", "known": ["root", …]}`. A `/` in a name is written `%2F`.
///
/// Every answer is read at the time of the request. The answers tell names and settings, so serve them to operators
/// only.
///
/// ```
/// use memory_accounting::ComponentRegistry;
///
/// let registry = ComponentRegistry::default();
/// let routes: axum::Router = registry.api_handler().into_router();
/// let app = axum::Router::new().route("/health", axum::routing::get(|| async { "ok" })).merge(routes);
/// # drop(app);
/// ```
#[derive(Clone, Debug)]
pub struct MemoryAPIHandler {
    registry: ComponentRegistry,
    limiter: Option<MemoryLimiter>,
    grant: Option<MemoryGrant>,
}

impl ComponentRegistry {
    /// A handler that reports on this component and everything below it.
    pub fn api_handler(&self) -> MemoryAPIHandler {
        MemoryAPIHandler { registry: self.clone(), limiter: None, grant: None }
    }
}

impl MemoryAPIHandler {
    /// Reports the state of `limiter` as well. The handler keeps it sampling.
    pub fn with_limiter(mut self, limiter: MemoryLimiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Reports what the process was granted as well.
    pub fn with_grant(mut self, grant: MemoryGrant) -> Self {
        self.grant = Some(grant);
        self
    }

    /// The routes, ready to be served or merged into others.
    pub fn into_router(self) -> Router {
        Router::new()
            .route("/memory", get(text))
            .route("/memory/usage", get(usage))
            .route("/memory/usage/{component}", get(component))
            .route("/memory/bounds", get(bounds))
            .with_state(self)
    }

    fn report(&self) -> MemoryReport {
        let mut report = MemoryReport::new(&self.registry);
        if let Some(limiter) = &self.limiter {
            report = report.with_limiter(limiter);
        }
        if let Some(grant) = self.grant {
            report = report.with_grant(grant);
        }
        report
    }
}

async fn text(State(handler): State<MemoryAPIHandler>) -> String {
    // A terminal expects a last line that ends.
    format!("{}\n", handler.report())
}

async fn usage(State(handler): State<MemoryAPIHandler>) -> Json<MemoryReport> {
    Json(handler.report())
}

async fn component(State(handler): State<MemoryAPIHandler>, Path(name): Path<String>) -> Response {
    match handler.registry.find_by_full_name(&name) {
        Ok(component) => Json(component.usage()).into_response(),
        Err(error) => unknown(error, &handler.registry),
    }
}

async fn bounds(State(handler): State<MemoryAPIHandler>) -> Json<Vec<serde_json::Value>> {
    Json(handler.registry.as_bounds().to_exprs())
}

fn unknown(mut error: UnknownComponent, registry: &ComponentRegistry) -> Response {
    // The component that is reported on can be asked for as well.
    error.known.insert(0, registry.full_name());
    let body = json!({ "error": error.to_string(), "name": error.name, "known": error.known });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
