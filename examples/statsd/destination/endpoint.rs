//! `GET /metrics`.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Frame;

use crate::aggregator::SharedStore;
use crate::configuration::DestinationConfiguration;
use crate::exposition::{self, Page, Scrape};
use crate::telemetry::Telemetry;

/// What a request needs.
#[derive(Debug, Clone)]
pub(super) struct Endpoint {
    store: SharedStore,
    telemetry: Arc<Telemetry>,
    piece_bytes: usize,
}

impl Endpoint {
    pub(super) fn build(
        configuration: &DestinationConfiguration,
        store: SharedStore,
        telemetry: Arc<Telemetry>,
    ) -> Self {
        Self { store, telemetry, piece_bytes: configuration.allocated_piece_bytes() }
    }

    pub(super) fn router(self) -> axum::Router {
        axum::Router::new().route("/metrics", get(metrics)).with_state(self)
    }
}

/// Writes the metrics as they are now.
async fn metrics(State(endpoint): State<Endpoint>) -> Response {
    let scrape = Scrape::new(endpoint.store, endpoint.telemetry);
    let body = Body::new(Pieces { scrape, piece_bytes: endpoint.piece_bytes });
    ([(CONTENT_TYPE, exposition::CONTENT_TYPE)], body).into_response()
}

/// A page on its way to a client. Each piece is written when the connection has room for it, in memory of its own, and freed when its
/// last byte is sent.
struct Pieces {
    scrape: Scrape,
    piece_bytes: usize,
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut page = Page::new(self.piece_bytes);
        let is_written = self.scrape.write(&mut page);
        Poll::Ready(is_written.then(|| Ok(Frame::data(Bytes::from(page.into_text())))))
    }
}
