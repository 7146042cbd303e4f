//! `diff`: what has changed between two declarations, for a pull request, or between two snapshots.

mod snapshots;

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::Args;
use memory_accounting::BoundsDifference;
use serde::Serialize;

use self::snapshots::Moved;
use crate::answer::{Answer, json, note};
use crate::document::{Content, Document};

/// Say what has changed between the bounds of two versions: which components grew, which settings and which types changed
///
/// Of two snapshots of a running program it is what grew: what each component holds, its peak and how much it allocates in a second, the
/// resident memory of the process, and what the limiter has done. Of one snapshot and one file of bounds it is what is declared.
///
/// The exit code is 0 whatever has changed, and 2 where one of the files holds neither.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The bounds, or the snapshot, before
    #[arg(value_name = "OLD.json")]
    old: PathBuf,

    /// The bounds, or the snapshot, after; `-` reads standard input
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
    let (old_path, new_path) = (&arguments.old, &arguments.new);
    if [old_path, new_path].iter().all(|path| *path == Path::new("-")) {
        return Err("standard input can be one of the two only; name a file for the other".into());
    }
    let (old, new) = (Document::read(old_path)?, Document::read(new_path)?);
    if let (Content::Snapshot(old), Content::Snapshot(new)) = (&old.content, &new.content) {
        let moved = Moved::of(old, new);
        return arguments.written(&moved, snapshots::text, snapshots::markdown);
    }
    let only = match (&old.content, &new.content) {
        (Content::Snapshot(_), _) => Some(new_path),
        (_, Content::Snapshot(_)) => Some(old_path),
        _ => None,
    };
    if let Some(path) = only {
        note(format_args!("{} holds bounds alone, so only what is declared is compared", path.display()));
    }
    let ((old, _), (new, _)) = (old.into_bounds()?, new.into_bounds()?);
    let difference = BoundsDifference::between(&old, &new);
    arguments.written(&difference, ToString::to_string, BoundsDifference::to_markdown)
}

impl Arguments {
    fn written<T: Serialize>(
        &self,
        compared: &T,
        text: fn(&T) -> String,
        markdown: fn(&T) -> String,
    ) -> Result<Answer, Box<dyn Error>> {
        Ok(Answer::of(if self.json {
            json(compared)?
        } else if self.markdown {
            markdown(compared)
        } else {
            text(compared)
        }))
    }
}
