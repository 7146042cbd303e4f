//! `diff`: what has changed between two declarations, for a pull request.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use memory_accounting::BoundsDifference;

use crate::answer::{Answer, json};
use crate::document::Document;

/// Say what has changed between the bounds of two versions: which components grew, which settings and which types changed
///
/// The exit code is 0 whatever has changed, and 2 where one of the files holds no bounds.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The bounds before
    #[arg(value_name = "OLD.json")]
    old: PathBuf,

    /// The bounds after; `-` reads standard input
    #[arg(value_name = "NEW.json")]
    new: PathBuf,

    /// Print Markdown, for a comment in a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let read = |path| Ok::<_, Box<dyn Error>>(Document::read(path)?.into_bounds()?.0);
    let difference = BoundsDifference::between(&read(&arguments.old)?, &read(&arguments.new)?);
    Ok(Answer::of(if arguments.json {
        json(&difference)?
    } else if arguments.markdown {
        difference.to_markdown()
    } else {
        difference.to_string()
    }))
}
