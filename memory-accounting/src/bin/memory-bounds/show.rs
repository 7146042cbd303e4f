//! `show`: the tree of what is declared.

use std::error::Error;

use clap::Args;

use crate::answer::Answer;
use crate::declared::DeclaredArguments;

/// Print the components with what each declares, a line for each entry
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    declared: DeclaredArguments,

    /// Print all of the arithmetic, and entries of no bytes
    #[arg(long)]
    full: bool,

    /// Print the components alone, down to so many levels, such as 1 for what is directly in the program
    #[arg(long, value_name = "LEVELS", conflicts_with = "full")]
    depth: Option<usize>,
}

pub(crate) fn answer(arguments: &Arguments) -> Result<Answer, Box<dyn Error>> {
    let bounds = arguments.declared.read()?.bounds;
    Ok(Answer::of(match arguments.depth {
        Some(depth) => format!("{bounds:.depth$}"),
        None if arguments.full => format!("{bounds:#}"),
        None => bounds.to_string(),
    }))
}
