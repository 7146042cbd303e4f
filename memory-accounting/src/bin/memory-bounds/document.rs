//! The files that operators have: what a program declares, and what a running one said of itself.

use std::io;
use std::path::Path;

use memory_accounting::ComponentBounds;
use serde_json::Value;

use crate::running::{Limit, Status};

/// What a file holds.
#[derive(Debug)]
pub(crate) struct Document {
    /// How it is called in messages.
    path: String,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Bounds(Box<ComponentBounds>),
    Snapshot(Box<Status>),
}

/// Why there is nothing to ask about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path} holds no bounds: {wrong}")]
    NotBounds { path: String, wrong: String },
}

impl Document {
    /// What is in the file at `path`, or in standard input.
    pub(crate) fn read(path: &Path) -> Result<Self, DocumentError> {
        let is_input = path == Path::new("-");
        let text =
            if is_input { io::read_to_string(io::stdin().lock()) } else { std::fs::read_to_string(path) };
        let path = if is_input { "standard input".to_owned() } else { path.display().to_string() };
        match text {
            Ok(text) => match parse(&text) {
                Ok(content) => Ok(Self { path, content }),
                Err(wrong) => Err(DocumentError::NotBounds { path, wrong }),
            },
            Err(error) => Err(DocumentError::Read { path, error }),
        }
    }

    /// What is declared, and what the program had to fit where that is known.
    pub(crate) fn into_bounds(self) -> Result<(ComponentBounds, Option<Limit>), DocumentError> {
        let Self { path, content } = self;
        let wrong = match content {
            Content::Bounds(bounds) => return Ok((*bounds, None)),
            Content::Snapshot(status) => match (status.bounds, status.limit) {
                (Some(bounds), limit) if bounds != ComponentBounds::default() => return Ok((bounds, limit)),
                (Some(_), _) => "the program that it is a snapshot of declares nothing",
                (None, _) => {
                    "it is the status of a running program alone; `memory-bounds snapshot URL` keeps what it declares too"
                }
            },
        };
        Err(DocumentError::NotBounds { path, wrong: wrong.to_owned() })
    }
}

const HOW: &str = "a program writes them with `serde_json::to_writer(file, &registry.as_bounds())`";

fn parse(text: &str) -> Result<Content, String> {
    // Some shells put a mark of the encoding in front of what they write to a file.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(format!("it is empty; {HOW}"));
    }
    // Not as a value of JSON first, which would lose that a component is there twice, and takes much memory.
    let error = match serde_json::from_str::<ComponentBounds>(text) {
        Ok(bounds) if bounds != ComponentBounds::default() => return Ok(Content::Bounds(Box::new(bounds))),
        Ok(_) => return Err(format!("nothing is declared in it; {HOW}, once all components are registered")),
        Err(error) => error,
    };
    let wrong_as_snapshot = match Status::parse(text) {
        Ok(status) => return Ok(Content::Snapshot(Box::new(status))),
        Err(wrong) => wrong,
    };
    let value =
        serde_json::from_str::<Value>(text).map_err(|error| format!("it is no JSON: {error}; {HOW}"))?;
    Err(match &value {
        Value::Array(items) if !items.is_empty() && items.iter().all(|item| item.get("expr").is_some()) => {
            format!("it is the list of `to_exprs`, which is made for reading alone; {HOW}")
        }
        Value::Object(object) if object.contains_key("format") && object.contains_key("components") => {
            format!("it is a snapshot that cannot be read: {wrong_as_snapshot}")
        }
        Value::Object(object)
            if ["declared", "live", "usage", "limiter", "components"]
                .iter()
                .any(|key| object.contains_key(*key)) =>
        {
            format!("it is a report of a running program, not what the program declares; {HOW}")
        }
        Value::Object(object) if object.contains_key("type") => {
            format!("it is one expression, not the components; {HOW}")
        }
        Value::Object(_) => format!("it is JSON of something else, or damaged: {error}; {HOW}"),
        _ => format!("it is JSON of something else; {HOW}"),
    })
}
