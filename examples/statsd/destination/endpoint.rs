//! `GET /metrics`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::aggregator::SharedStore;
use crate::configuration::DestinationConfiguration;
use crate::exposition::{self, Page};
use crate::pool::{Lease, Pool};
use crate::telemetry::Telemetry;

/// What a request needs.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    pages: Arc<Pool<Page>>,
    store: SharedStore,
    telemetry: Arc<Telemetry>,
}

impl Endpoint {
    pub(super) fn build(
        configuration: &DestinationConfiguration,
        store: SharedStore,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        let max_page_bytes = configuration.max_page_bytes.get();
        let pages = Pool::new(configuration.page_limit.get(), || Page::new(max_page_bytes));
        Self { pages: Arc::new(pages), store, telemetry }
    }

    pub(super) fn router(self) -> axum::Router {
        axum::Router::new().route("/metrics", get(metrics)).with_state(self)
    }
}

/// Writes the metrics as they are now. Waits while all pages are on their way to other clients.
async fn metrics(State(endpoint): State<Endpoint>) -> Response {
    let Some(mut page) = endpoint.pages.take().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    exposition::render(&mut page, &mut endpoint.store.lock(), &endpoint.telemetry);
    let body = Body::from(Bytes::from_owner(RenderedPage(page)));
    ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], body).into_response()
}

/// A page on its way to a client; its buffer is free again when the last byte is sent.
struct RenderedPage(Lease<Page>);

impl AsRef<[u8]> for RenderedPage {
    fn as_ref(&self) -> &[u8] {
        self.0.text().as_bytes()
    }
}
