//! What can be asked, and what is answered.

use std::fmt;

use axum::body::Bytes;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::report::MemoryReport;

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question {
    StatusText,
    StatusJson,
    Metrics,
    /// By its full name.
    Component(String),
    BoundsText,
    BoundsJson,
    EntriesJson,
    ExplanationText,
    ExplanationJson,
    SnapshotJson,
    Guide,
}

/// What is answered, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn text(text: &impl fmt::Display) -> Self {
        // A terminal expects a last line that ends.
        Self {
            status: StatusCode::OK,
            content_type: "text/plain; charset=utf-8",
            body: format!("{text}\n").into(),
        }
    }

    pub(super) fn metrics(page: String) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: MemoryReport::PROMETHEUS_CONTENT_TYPE,
            body: page.into(),
        }
    }

    pub(super) fn html(page: String) -> Self {
        Self { status: StatusCode::OK, content_type: "text/html; charset=utf-8", body: page.into() }
    }

    pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { status, content_type: "application/json", body: body.into() },
            Err(error) => Self::failed(&format!("the answer cannot be written as JSON: {error}")),
        }
    }

    pub(super) fn failed(error: &str) -> Self {
        let body = json!({ "error": error }).to_string().into();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, content_type: "application/json", body }
    }
}
