//! Where it is put, what there is, and what there is not.

use axum::Router;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{app, ask, get, read, registry};

/// What the links of a page lead to, seen from `path`.
fn links(page: &str, path: &str) -> Vec<String> {
    let (folder, _) = path.rsplit_once('/').unwrap();
    let found = page.split("<a href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    found.map(|link| format!("{folder}/{link}")).collect()
}

#[tokio::test]
async fn every_link_of_the_index_leads_somewhere_wherever_it_is_put() {
    let router = || registry().api_handler().into_router();
    let nested = Router::new().nest("/a/memory", router());
    let service = Router::new().nest_service("/memory", router());
    for (app, path) in
        [(router(), "/"), (nested, "/a/memory"), (service.clone(), "/memory"), (service, "/memory/")]
    {
        let (status, _, page) = read(ask(&app, Method::GET, path, "text/html,*/*").await).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let links = links(&page, path);
        assert!(links.len() >= 9, "{links:?}");
        for link in links {
            assert_eq!(
                ask(&app, Method::GET, &link, "*/*").await.status(),
                StatusCode::OK,
                "{link} from {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_index_is_a_page_for_whoever_accepts_one() {
    let app = app(registry().api_handler());
    for (accept, is_html) in [
        ("text/html", true),
        ("TEXT/HTML", true),
        ("image/*, text/html ; level=1; q=0.1", true),
        ("text/html;Q=0.0", false),
        ("text/html;q=0, */*", false),
        ("text/html;q=much", false),
        ("text/htmlx", false),
        ("*/*", false),
    ] {
        let response = ask(&app, Method::GET, "/memory", accept).await;
        let content_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert_eq!(content_type.starts_with("text/html"), is_html, "{accept}");
    }
}

#[tokio::test]
async fn a_terminal_gets_the_index_as_text() {
    let (status, headers, text) = get(&app(registry().api_handler()), "/memory").await;
    assert_eq!((status, &headers[header::VARY]), (StatusCode::OK, &"accept".parse().unwrap()));
    assert_eq!(headers[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert!(text.contains("\n  status.json "), "{text}");
}

#[tokio::test]
async fn nothing_is_kept_on_the_way() {
    let app = app(registry().api_handler());
    for path in ["/memory", "/memory/status", "/memory/status.json", "/memory/nothing"] {
        let (_, headers, _) = get(&app, path).await;
        assert_eq!(
            (&headers[header::CACHE_CONTROL], &headers[header::X_CONTENT_TYPE_OPTIONS]),
            (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_answered_with_what_there_is() {
    for (app, path) in [
        (app(registry().api_handler()), "/memory/usage"),
        (Router::new().nest("/memory", registry().api_handler().into_router()), "/memory/usage"),
    ] {
        let (status, _, body) = get(&app, path).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &body["known"][0]), (StatusCode::NOT_FOUND, &json!("dashboard")));
        let error = body["error"].as_str().unwrap();
        assert!(
            error.starts_with("there is nothing at `/memory/usage`; known are: dashboard, status, "),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_head_of_a_page_has_no_body() {
    let app = app(registry().api_handler());
    let (status, headers, body) = read(ask(&app, Method::HEAD, "/memory/bounds", "*/*").await).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
    assert_eq!(headers[header::CONTENT_LENGTH], get(&app, "/memory/bounds").await.2.len().to_string());
}

#[tokio::test]
async fn everything_is_for_reading() {
    let app = app(registry().api_handler());
    for path in ["/memory", "/memory/status", "/memory/components/root", "/memory/events", "/memory/nothing"]
    {
        let (status, headers, body) = read(ask(&app, Method::POST, path, "*/*").await).await;
        assert_eq!(
            (status, &headers[header::ALLOW]),
            (StatusCode::METHOD_NOT_ALLOWED, &"GET,HEAD".parse().unwrap())
        );
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body, json!({ "error": "everything here is for reading: ask with GET or HEAD" }));
    }
}

/// What stands between `before` and the next quotation mark, each time.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).map(|rest| rest.split_once('"').unwrap().0).collect()
}

#[tokio::test]
async fn the_dashboard_is_made_of_files_that_are_there() {
    let app = app(registry().api_handler());
    let (status, headers, page) = get(&app, "/memory/dashboard").await;
    assert_eq!(
        (status, &headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"text/html; charset=utf-8".parse().unwrap())
    );
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    let files = [quoted(&page, "src=\""), quoted(&page, "rel=\"stylesheet\" href=\"")].concat();
    let mut files: Vec<String> = files.into_iter().map(str::to_owned).collect();
    let mut seen = 0;
    while seen < files.len() {
        let (status, headers, content) = get(&app, &format!("/memory/{}", files[seen])).await;
        assert_eq!(status, StatusCode::OK, "{}", files[seen]);
        let content_type = headers[header::CONTENT_TYPE].to_str().unwrap();
        let expected = if seen == 1 { "text/css" } else { "text/javascript" };
        assert!(content_type.starts_with(expected), "{}: {content_type}", files[seen]);
        for module in quoted(&content, " from \"./") {
            let file = format!("dashboard/{module}");
            if !files.contains(&file) {
                files.push(file);
            }
        }
        seen += 1;
    }
    assert_eq!(files.len(), 13, "{files:?}");
}
