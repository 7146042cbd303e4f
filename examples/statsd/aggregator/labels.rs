//! Names as Prometheus allows them, one character at a time, so that nothing is allocated on the way.

use crate::protocol::Tag;

/// A metric name: letters, digits, `_` and `:`, no digit in front.
pub(super) fn metric_name(raw: &str) -> impl Iterator<Item = char> {
    let prefix = if raw.starts_with(|first: char| first.is_ascii_digit()) { "_" } else { "" };
    prefix.chars().chain(raw.chars().map(|letter| if letter == ':' { ':' } else { name_character(letter) }))
}

/// The key of a tag as a label name: letters, digits and `_`, no digit in front, and none of the names that Prometheus
/// or this agent give a meaning of their own.
pub(super) fn label_name(tag: Tag<'_>) -> impl Iterator<Item = char> {
    let raw = tag.key;
    let mut letters = raw.chars().map(name_character);
    let (first, second) = (letters.next(), letters.next());
    let prefix = if raw == "quantile" || raw == "le" {
        "exported_"
    } else if first == Some('_') && second == Some('_') {
        "tag"
    } else if first.is_none_or(|first| first.is_ascii_digit()) {
        "_"
    } else {
        ""
    };
    prefix.chars().chain(raw.chars().map(name_character))
}

/// The value of a tag, before it is escaped. An empty label would mean no label, so a bare tag is `true`.
pub(super) fn label_value(tag: Tag<'_>) -> &str {
    tag.value.unwrap_or("true")
}

fn name_character(letter: char) -> char {
    if letter.is_ascii_alphanumeric() { letter } else { '_' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(raw: &str) -> String {
        metric_name(raw).collect()
    }

    fn label(key: &str) -> String {
        label_name(Tag { key, value: None }).collect()
    }

    #[test]
    fn metric_names_are_sanitised() {
        assert_eq!(metric("page.views-total"), "page_views_total");
        assert_eq!(metric("5xx"), "_5xx");
        assert_eq!(metric("größe"), "gr__e");
    }

    #[test]
    fn label_names_are_sanitised_and_never_reserved() {
        assert_eq!(label("env"), "env");
        assert_eq!(label("kube-app"), "kube_app");
        assert_eq!(label("2xx"), "_2xx");
        assert_eq!(label(""), "_");
        assert_eq!(label("__name__"), "tag__name__");
        assert_eq!(label("quantile"), "exported_quantile");
    }

    #[test]
    fn a_bare_tag_is_true() {
        assert_eq!(label_value(Tag { key: "env", value: Some("prod:eu") }), "prod:eu");
        assert_eq!(label_value(Tag { key: "beta", value: None }), "true");
    }
}
