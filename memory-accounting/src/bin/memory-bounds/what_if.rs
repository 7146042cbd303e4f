//! `what-if`: all settings in a table, to try other values at.

mod rows;
mod session;

use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};

use clap::Args;

use self::session::{Reply, Session};
use crate::answer::Answer;
use crate::declared::DeclaredArguments;
use crate::limit::{Limit, LimitArguments};

/// List every setting with its value, what it takes, and how far it can go; on a terminal, try other values
///
/// Where a limit is given, the exit code is 1 if what was last tried does not fit.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    #[command(flatten)]
    limit: LimitArguments,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let declared = arguments.declared.read()?;
    let limit = arguments.limit.limit(&declared);
    let available_bytes = limit.as_ref().map(Limit::available_bytes).transpose()?;
    let settings = arguments.limit.settings(&declared);
    let preface = declared.preface();
    let mut session = Session::new(declared.bounds, available_bytes).with_settings(settings);
    let (input, output) = (io::stdin(), io::stdout());
    if !input.is_terminal() || !output.is_terminal() {
        let text = format!("{preface}{}", session.table());
        return Ok(Answer { text, verdict: session.verdict() });
    }
    let mut output = output.lock();
    writeln!(output, "{preface}{}\n\n{}", session.table_at_a_glance(), session::HELP)?;
    let mut lines = input.lock().lines();
    loop {
        write!(output, "> ")?;
        output.flush()?;
        let Some(line) = lines.next().transpose()? else {
            writeln!(output)?;
            break;
        };
        match session.reply(&line) {
            Reply::Text(text) => writeln!(output, "{text}")?,
            Reply::End => break,
        }
    }
    Ok(Answer { text: session.farewell(), verdict: session.verdict() })
}
