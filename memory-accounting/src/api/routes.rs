//! From requests to questions, and from answers to responses.

use std::time::Instant;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde_json::{Value, json};

use super::dashboard::with_dashboard;
use super::events::{Events, Interval};
use super::index;
use super::pages::{self, PAGES};
use super::places::Places;
use super::question::{Answer, Question};
use super::reader::Reader;

/// All routes, each answered by `reader`.
pub(super) fn router(reader: Reader) -> Router {
    let places = Places::default();
    let mut router = with_dashboard(Router::new()).route("/", get(show_index));
    for page in &PAGES {
        let question = page.question.clone();
        let answer = move |State(reader): State<Reader>| async move { ask(&reader, question).await };
        router = router.route(&format!("/{}", page.path), get(answer));
    }
    router
        .route("/components/{name}", get(component))
        .route(
            "/events",
            get(move |State(reader): State<Reader>, RawQuery(query): RawQuery| async move {
                events(reader, query.as_deref(), &places)
            }),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(map_response(for_this_moment))
        .with_state(reader)
}

async fn ask(reader: &Reader, question: Question) -> Response {
    match reader.answer(question).await {
        Ok(answer) => answer.into_response(),
        Err(error) => {
            let error = format!("the system refuses a thread to read with: {error}");
            failed(StatusCode::SERVICE_UNAVAILABLE, json!({ "error": error }))
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Self { status, content_type, body } = self;
        (status, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
    }
}

async fn show_index(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    let vary = [(VARY, HeaderValue::from_static("accept"))];
    if !index::wants_html(&headers) {
        return (vary, index::text()).into_response();
    }
    // Seen from `/a/memory`, what is below it is `memory/status`. Whatever a proxy has put in front stays.
    let base = match uri.path().rsplit_once('/') {
        Some((_, last)) if !last.is_empty() => format!("{last}/"),
        _ => String::new(),
    };
    (vary, Html(index::html(&base))).into_response()
}

async fn component(
    State(reader): State<Reader>,
    name: Result<Path<String>, PathRejection>,
    OriginalUri(uri): OriginalUri,
) -> Response {
    if let Ok(Path(name)) = name {
        ask(&reader, Question::Component(name)).await
    } else {
        let error = format!("no component has a name that is not UTF-8, such as that in `{}`", uri.path());
        failed(StatusCode::NOT_FOUND, json!({ "error": error }))
    }
}

fn events(reader: Reader, query: Option<&str>, places: &Places) -> Response {
    let interval = match Interval::of_query(query.unwrap_or_default()) {
        Ok(interval) => interval,
        Err(error) => return failed(StatusCode::BAD_REQUEST, json!({ "error": error.to_string() })),
    };
    match places.take(Instant::now()) {
        Ok(place) => Events::new(reader, interval, place).into_response(),
        Err(error) => failed(StatusCode::SERVICE_UNAVAILABLE, json!({ "error": error.to_string() })),
    }
}

async fn not_found(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    if ![Method::GET, Method::HEAD].contains(&method) {
        return not_allowed().await;
    }
    let known: Vec<&str> = pages::all().map(|(path, _)| path).collect();
    let error = format!("there is nothing at `{}`; known are: {}", uri.path(), known.join(", "));
    failed(StatusCode::NOT_FOUND, json!({ "error": error, "known": known }))
}

async fn not_allowed() -> Response {
    let error = "everything here is for reading: ask with GET or HEAD";
    let allow = [(ALLOW, HeaderValue::from_static("GET,HEAD"))];
    (allow, failed(StatusCode::METHOD_NOT_ALLOWED, json!({ "error": error }))).into_response()
}

fn failed(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}

/// Answers are true of the moment only, and are what they say they are.
async fn for_this_moment(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
