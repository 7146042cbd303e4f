//! What operators ask about declared memory before a deployment: whether it fits, which setting to change, and what a change does.
//!
//! It needs nothing of the program but its bounds as JSON, which any program writes with one call:
//! `serde_json::to_writer(file, &registry.as_bounds())`.

mod answer;
mod check;
mod declared;
mod diff;
mod document;
mod guide;
mod kubernetes;
mod limit;
mod running;
#[cfg(test)]
mod samples;
mod settings_file;
mod show;
mod size;
mod snapshot;
mod solve;
mod startup_table;
mod table;
mod top;
mod what_if;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::answer::{Answer, Verdict, note};

/// Whether the memory that a program declares fits, which setting to change, and what a change does.
///
/// BOUNDS.json is what a program writes with `serde_json::to_writer(file, &registry.as_bounds())`, or a snapshot of a running program; `-` reads it from
/// standard input.
///
/// Exit codes: 0 it fits, or there was nothing to fit; 1 it does not fit; 2 the question could not be answered.
#[derive(Debug, Parser)]
#[command(name = "memory-bounds", version, max_term_width = 120)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Show(show::Arguments),
    WhatIf(what_if::Arguments),
    Solve(solve::Arguments),
    Diff(diff::Arguments),
    Guide(guide::Arguments),
    Kubernetes(kubernetes::Arguments),
    Top(top::Arguments),
    Snapshot(snapshot::Arguments),
}

fn main() -> ExitCode {
    let (error, verdict) = match answer(&Arguments::parse()) {
        Ok(Answer { text, verdict }) => (printed(&text).err().map(Box::from), verdict),
        Err(error) => (Some(error), Verdict::Fits),
    };
    match error {
        Some(error) if !is_broken_pipe(&*error) => {
            note(with_causes(&*error));
            ExitCode::from(2)
        }
        // Nobody reading on, as in `| head`, is no failure.
        _ => verdict.into(),
    }
}

/// Who only looks at the code must not take an answer that is lost for one.
fn printed(text: &str) -> Result<(), Unprinted> {
    let mut output = io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(Unprinted)
}

#[derive(Debug, thiserror::Error)]
#[error("the answer cannot be written: {0}")]
struct Unprinted(io::Error);

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let of_answer = error.downcast_ref::<Unprinted>().map(|Unprinted(error)| error);
    let error = of_answer.or_else(|| error.downcast_ref::<io::Error>());
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    match &arguments.command {
        Command::Check(arguments) => check::answer(arguments),
        Command::Show(arguments) => show::answer(arguments),
        Command::WhatIf(arguments) => what_if::answer(arguments),
        Command::Solve(arguments) => solve::answer(arguments),
        Command::Diff(arguments) => diff::answer(arguments),
        Command::Guide(arguments) => guide::answer(arguments),
        Command::Kubernetes(arguments) => kubernetes::answer(arguments),
        Command::Top(arguments) => top::answer(arguments),
        Command::Snapshot(arguments) => snapshot::answer(arguments),
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
