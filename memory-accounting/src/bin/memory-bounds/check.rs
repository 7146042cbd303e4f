//! `check`: whether what is declared fits, in the words of the program's own start.

use std::error::Error;

use clap::Args;
use memory_accounting::sizing::{self, Explanation};
use memory_accounting::{ComponentBounds, Startup, StartupError, StartupMode};
use serde::Serialize;

use crate::answer::{Answer, Verdict, json};
use crate::declared::{Changed, Declared, DeclaredArguments};
use crate::limit::LimitArguments;

/// Say whether the bounds fit a limit, and if not, which settings to change: what the program itself says when it starts
///
/// Exit codes: 0 they fit, 1 they do not, 2 the question could not be answered.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    #[command(flatten)]
    limit: LimitArguments,

    /// Print JSON, with everything that is known about the settings
    #[arg(long)]
    json: bool,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let declared = arguments.declared.read()?;
    let limit = arguments.limit.needed(&declared)?;
    let startup = limit.startup();
    if arguments.json {
        let (report, verdict) = report(&declared, &startup, limit.bytes())?;
        return Ok(Answer { text: json(&report)?, verdict });
    }
    let said = text(&declared.bounds, &startup)?;
    let all_the_same = match said.verdict {
        Verdict::DoesNotFit => starts_all_the_same(&declared),
        Verdict::Fits => String::new(),
    };
    let text = format!("{}{}{all_the_same}", declared.preface(), said.text);
    Ok(Answer { text, verdict: said.verdict })
}

/// What the program does with what does not fit, where its file has another mode than the one that is answered for.
fn starts_all_the_same(declared: &Declared) -> String {
    let Some(table) = &declared.startup else { return String::new() };
    let does = match table.settings.mode {
        StartupMode::Strict => return String::new(),
        StartupMode::Off => "starts, and proves and limits nothing",
        _ => "starts all the same, with a warning",
    };
    format!("\n{}.mode is {}: the program {does}", table.name, table.settings.mode)
}

/// What a start says.
fn text(bounds: &ComponentBounds, startup: &Startup) -> Result<Answer, StartupError> {
    match startup.check(bounds) {
        Ok(checked) => Ok(Answer { text: checked.to_string(), verdict: Verdict::Fits }),
        Err(StartupError::DoesNotFit(refusal)) => {
            Ok(Answer { text: refusal.to_string(), verdict: Verdict::DoesNotFit })
        }
        Err(error) => Err(error),
    }
}

/// The same for programs. Sizes are in bytes; null where they are unbounded, or no limit is enough.
#[derive(Serialize)]
struct Report<'a> {
    fits: bool,
    limit_bytes: u64,
    /// The limit less what is set aside.
    available_bytes: usize,
    minimum_bytes: Option<usize>,
    firm_limit_bytes: Option<usize>,
    /// The least limit that would be enough.
    enough_bytes: Option<u64>,
    /// What is wrong, in words; null where it fits.
    error: Option<String>,
    /// What to do, in words; null where it fits.
    advice: Option<String>,
    explanation: Explanation,
    changes: &'a [Changed],
    unused_settings: &'a [String],
}

fn report<'a>(
    declared: &'a Declared,
    startup: &Startup,
    limit_bytes: u64,
) -> Result<(Report<'a>, Verdict), StartupError> {
    let bounds = &declared.bounds;
    let bounded = |bytes: usize| (bytes < usize::MAX).then_some(bytes);
    let (available_bytes, enough_bytes, error, advice, explanation) = match startup.check(bounds) {
        Ok(checked) => {
            let available_bytes = checked.verified.total_available_bytes();
            let explanation = sizing::explain(bounds, available_bytes);
            (available_bytes, checked.enough_bytes, None, None, explanation)
        }
        Err(StartupError::DoesNotFit(refusal)) => {
            let (error, advice) = (refusal.error.to_string(), refusal.advice);
            let available_bytes = refusal.explanation.limit_bytes;
            (available_bytes, refusal.enough_bytes, Some(error), Some(advice), refusal.explanation)
        }
        Err(error) => return Err(error),
    };
    let verdict = if error.is_none() { Verdict::Fits } else { Verdict::DoesNotFit };
    let report = Report {
        fits: error.is_none(),
        limit_bytes,
        available_bytes,
        minimum_bytes: bounded(bounds.total_minimum_required_bytes()),
        firm_limit_bytes: bounded(bounds.total_firm_limit_bytes()),
        enough_bytes,
        error,
        advice,
        explanation,
        changes: &declared.changes,
        unused_settings: &declared.unused,
    };
    Ok((report, verdict))
}
