//! What there is, for whoever does not know yet.

use std::fmt::Write as _;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

use super::pages;

/// Whether a page is wanted, as browsers say and other programs do not.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|kind| is_html(kind).unwrap_or(false))
}

/// Whether one of the kinds that are accepted is HTML, and is so by more than 0; `None` where its weight is no number.
fn is_html(kind: &str) -> Option<bool> {
    let mut parts = kind.split(';').map(str::trim);
    let is_html = parts.next()?.eq_ignore_ascii_case("text/html");
    let weight = parts.find_map(|part| {
        let (name, weight) = part.split_once('=')?;
        name.trim_end().eq_ignore_ascii_case("q").then(|| weight.trim_start())
    });
    let weight: f32 = weight.unwrap_or("1").parse().ok()?;
    Some(is_html && weight > 0.0)
}

pub(super) fn text() -> String {
    let width = pages::all().map(|(path, _)| path.len()).max().unwrap_or(0);
    let mut text = "The memory of this program. Below this path there are:\n\n".to_owned();
    for (path, about) in pages::all() {
        let _ = writeln!(text, "  {path:<width$}  {about}");
    }
    text
}

/// With links from `base`: empty, or the last name of the path with a slash behind.
pub(super) fn html(base: &str) -> String {
    let mut rows = String::new();
    for (path, about) in pages::all() {
        let shown = if path.contains('{') {
            format!("<code>{path}</code>")
        } else {
            format!("<a href=\"{base}{path}\">{path}</a>")
        };
        let _ = writeln!(rows, "<dt>{shown}</dt><dd>{about}</dd>");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><title>memory</title>\n\
         <style>:root {{ color-scheme: light dark }} body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }} \
         dt {{ font-family: ui-monospace, monospace; margin-top: .6rem }} dd {{ margin: 0 }}</style></head>\n\
         <body>\n<h1>The memory of this program</h1>\n<dl>\n{rows}</dl>\n</body>\n</html>\n"
    )
}
