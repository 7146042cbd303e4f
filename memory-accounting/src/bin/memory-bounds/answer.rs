//! What a command has to say.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

/// What is printed, and the verdict in it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) verdict: Verdict,
}

/// Whether what was asked about fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does, or nothing had to.
    Fits,
    DoesNotFit,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        Self::from(match verdict {
            Verdict::Fits => 0,
            Verdict::DoesNotFit => 1,
        })
    }
}

impl Answer {
    /// Where nothing has to fit.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), verdict: Verdict::Fits }
    }
}

/// For programs, but so that people can read it too.
pub(crate) fn json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value)
}

/// Says what is no part of the answer. Where that cannot be written, the answer still can.
pub(crate) fn note(text: impl fmt::Display) {
    _ = writeln!(io::stderr().lock(), "memory-bounds: {text}");
}
