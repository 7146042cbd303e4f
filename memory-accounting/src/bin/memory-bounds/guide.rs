//! `guide`: a page on which settings are changed.

use std::error::Error;
use std::io::{self, IsTerminal};

use clap::Args;
use memory_accounting::Guide;

use crate::answer::Answer;
use crate::declared::DeclaredArguments;
use crate::limit::{Limit, LimitArguments};

/// Print a page for a browser on which every setting can be changed: one file, which asks no network
///
/// Write it to a file: `memory-bounds guide bounds.json > guide.html`. It tells the names and values of all settings.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    #[command(flatten)]
    limit: LimitArguments,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    if io::stdout().is_terminal() {
        return Err("the page is for a browser; write it to a file, with `> guide.html` at the end".into());
    }
    let declared = arguments.declared.read()?;
    let grant = arguments.limit.limit(&declared).as_ref().map(Limit::grant).transpose()?;
    let guide = Guide::new(&declared.bounds);
    let guide = grant.into_iter().fold(guide, Guide::with_grant);
    Ok(Answer::of(guide.to_html().trim_end()))
}
