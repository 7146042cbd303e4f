//! Why a program has not answered.

use std::io;

/// Why a program has not answered: what was asked, and what came of it.
#[derive(Debug, thiserror::Error)]
#[error("{url} {wrong}")]
pub(crate) struct AskingError {
    pub(super) url: String,
    pub(super) wrong: Wrong,
}

/// What came of a question.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error("cannot be asked: {0}; is the program running, and does it listen there?")]
    Unreachable(io::Error),
    #[error(
        "has ended the connection before it had answered; the program may have stopped, or something else listens there"
    )]
    Ended,
    #[error("cannot be asked: no machine of that name is known here")]
    NoSuchMachine,
    #[error("has not answered within {} seconds; the program is stopped, or too busy", .0)]
    Slow(u64),
    #[error("does not speak HTTP: {0}; another program listens there, or one that speaks TLS")]
    NoHttp(ureq::Error),
    #[error("cannot be asked: {0}")]
    Other(ureq::Error),
    #[error("sends on to {0}; ask there if that is the program")]
    SentOn(String),
    #[error(
        "is not there (404): a program answers, but not with the routes of `api_handler`; write the path they are mounted at, such as \
         {root}/memory"
    )]
    NotThere { root: String },
    #[error("wants to know who asks ({0}): something stands in front of the program; ask on its machine")]
    Guarded(u16),
    #[error("answers with the status {0}{said}", said = begin_of(.1))]
    Status(u16, String),
    #[error("is encoded as {0}, which was not asked for; ask the program itself, without a proxy")]
    Encoded(String),
    #[error("answers something else, {0}; is it where the program has mounted the routes of `api_handler`?")]
    NotOurs(String),
}

impl AskingError {
    /// Whether the program may answer the next time.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.wrong, Wrong::Unreachable(_) | Wrong::Ended | Wrong::Slow(_))
    }
}

/// The first line of what was said, if that is short and for people.
fn begin_of(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() || line.starts_with('<') || line.chars().count() > 200 {
        String::new()
    } else {
        format!(": {line}")
    }
}
