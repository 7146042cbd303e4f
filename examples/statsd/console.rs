//! Lines for people. Nobody reading them is no reason to stop.

mod log;

use std::error::Error;
use std::fmt;
use std::io::{self, Write};

pub(crate) use log::{log, settle};

/// Writes a line to standard output.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes an error and its causes to standard error, in one line.
pub(crate) fn complain(error: &dyn Error) {
    let _ = writeln!(io::stderr().lock(), "statsd: {}", with_causes(error));
}

/// An error and its causes, in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
