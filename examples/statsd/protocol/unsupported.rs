//! What `DogStatsD` clients send beside metrics. It is recognised, so that it is not taken for a mistake, and has no place in a page
//! of metrics.

use super::ParseError;

/// A well-formed line that is no metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsupported {
    #[error("events are not supported")]
    Event,
    #[error("service checks are not supported")]
    ServiceCheck,
}

impl Unsupported {
    pub(crate) const ALL: [Self; 2] = [Self::Event, Self::ServiceCheck];

    /// What it is, as the value of a label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::ServiceCheck => "service_check",
        }
    }

    /// Why the line is not a metric, where it is one of these: that it is not supported, or what is wrong with it.
    pub(super) fn parse(line: &str) -> Option<ParseError> {
        if let Some(event) = line.strip_prefix("_e{") {
            let error = if is_event(event) { Self::Event.into() } else { ParseError::InvalidEvent };
            return Some(error);
        }
        let check = line.strip_prefix("_sc|")?;
        Some(if is_check(check) { Self::ServiceCheck.into() } else { ParseError::InvalidServiceCheck })
    }
}

/// `title length,text length}:title|text[|…]`, the lengths in bytes.
fn is_event(event: &str) -> bool {
    let parse = || {
        let (lengths, rest) = event.split_once("}:")?;
        let (title, text) = lengths.split_once(',')?;
        let (title, text): (usize, usize) = (title.parse().ok()?, text.parse().ok()?);
        let text_start = rest.get(title..)?.strip_prefix('|')?;
        let end = text_start.get(text..)?;
        Some(title > 0 && (end.is_empty() || end.starts_with('|')))
    };
    parse().unwrap_or(false)
}

/// `name|status[|…]`.
fn is_check(check: &str) -> bool {
    let mut fields = check.split('|');
    let has_name = fields.next().is_some_and(|name| !name.is_empty());
    has_name && matches!(fields.next(), Some("0" | "1" | "2" | "3"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_well_formed_is_unsupported_and_anything_else_is_wrong() {
        for (line, expected) in [
            ("a:1|c", None),
            ("_e{4,4}:demo|text", Some(Unsupported::Event.into())),
            ("_e{2,3}:é|a|b|#env:prod|t:error", Some(Unsupported::Event.into())),
            ("_e{1,0}:a|", Some(Unsupported::Event.into())),
            ("_e{0,1}:|a", Some(ParseError::InvalidEvent)),
            ("_e{1,1}:a|bc", Some(ParseError::InvalidEvent)),
            ("_e{1,9}:a|b", Some(ParseError::InvalidEvent)),
            ("_e{1,1}:é|b", Some(ParseError::InvalidEvent)),
            ("_e{x,1}:a|b", Some(ParseError::InvalidEvent)),
            ("_e{1}:a|b", Some(ParseError::InvalidEvent)),
            ("_sc|db|0", Some(Unsupported::ServiceCheck.into())),
            ("_sc|db|3|h:x|m:down", Some(Unsupported::ServiceCheck.into())),
            ("_sc|db|4", Some(ParseError::InvalidServiceCheck)),
            ("_sc||0", Some(ParseError::InvalidServiceCheck)),
            ("_sc|db", Some(ParseError::InvalidServiceCheck)),
        ] {
            assert_eq!(Unsupported::parse(line), expected, "{line}");
        }
    }
}
