//! The page that shows the memory of a program while it runs. It is made of the files in `dashboard/`, as they are.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page loads what comes from where it came from itself, and nothing else: names of components are not the page's own words.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

macro_rules! files {
    ($($path:literal, $content_type:expr, $file:literal;)*) => {
        [$(($path, $content_type, include_str!(concat!("dashboard/", $file)))),*]
    };
}

/// Path, content type and content. Relative to the page, its files are below it.
static FILES: [(&str, &str, &str); 14] = files! {
    "/dashboard", HTML, "page.html";
    "/dashboard/style.css", STYLE, "style.css";
    "/dashboard/main.js", SCRIPT, "main.js";
    "/dashboard/advice.js", SCRIPT, "advice.js";
    "/dashboard/answers.js", SCRIPT, "answers.js";
    "/dashboard/baseline.js", SCRIPT, "baseline.js";
    "/dashboard/chart.js", SCRIPT, "chart.js";
    "/dashboard/components.js", SCRIPT, "components.js";
    "/dashboard/elements.js", SCRIPT, "elements.js";
    "/dashboard/format.js", SCRIPT, "format.js";
    "/dashboard/history.js", SCRIPT, "history.js";
    "/dashboard/limiter.js", SCRIPT, "limiter.js";
    "/dashboard/model.js", SCRIPT, "model.js";
    "/dashboard/movers.js", SCRIPT, "movers.js";
};

/// `router` with the page.
pub(super) fn with_dashboard<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    FILES.iter().fold(router, |router, (path, content_type, content)| {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        ];
        router.route(path, get(|| async { (headers, *content) }))
    })
}
