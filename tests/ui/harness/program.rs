//! The programs of this folder, and the messages kept beside them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// One program: a path from this folder, such as `fail/accounting/raw_pointer.rs`.
pub(crate) struct Program(String);

impl Program {
    /// All programs `folder/TOPIC/NAME.rs`, in order.
    pub(crate) fn all_in(folder: &str) -> Vec<Self> {
        let mut paths: Vec<PathBuf> =
            files(Path::new(folder)).iter().flat_map(|topic| files(topic)).collect();
        paths.sort();
        let names = paths.into_iter().map(|path| path.to_str().expect("a path in UTF-8").replace('\\', "/"));
        names
            .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "rs"))
            .map(Self)
            .collect()
    }

    /// Those that must not compile.
    pub(crate) fn failing() -> Vec<Self> {
        Self::all_in("fail").into_iter().filter(|program| !program.obeys()).collect()
    }

    /// Those that do what a message says.
    pub(crate) fn obeying() -> Vec<Self> {
        Self::all_in("fail").into_iter().filter(Self::obeys).collect()
    }

    /// Files that belong to no program that must not compile.
    pub(crate) fn strays() -> Vec<PathBuf> {
        let files = files(Path::new("fail")).into_iter().flat_map(|topic| files(&topic));
        files.filter(|path| !path.with_extension("").with_extension("rs").exists()).collect()
    }

    fn obeys(&self) -> bool {
        self.0.ends_with(".obeyed.rs")
    }

    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// Whether no program obeys the message of this one, without a word about it.
    pub(crate) fn lacks_an_obedient_one(&self) -> bool {
        let source = fs::read_to_string(&self.0).unwrap();
        let excused = source.lines().last().is_some_and(|line| {
            line.strip_prefix("// obeyed: ").is_some_and(|reason| !reason.trim().is_empty())
        });
        !excused && !self.beside("obeyed.rs").exists()
    }

    /// Whether the compiler said what is kept; writes it down instead where that was asked for.
    pub(crate) fn compare(&self, message: &str) -> Result<(), String> {
        let kept = self.beside("stderr");
        let expected = fs::read_to_string(&kept).unwrap_or_default();
        if message == expected {
            return Ok(());
        }
        if env::var("UI").is_ok_and(|wish| wish == "overwrite") {
            return fs::write(&kept, message).map_err(|error| error.to_string());
        }
        Err(format!(
            "expected:\n{expected}\nsaid:\n{message}\n(UI=overwrite keeps what it said in {})",
            kept.display()
        ))
    }

    fn beside(&self, extension: &str) -> PathBuf {
        Path::new(&self.0).with_extension(extension)
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.map(|entry| entry.unwrap().path()));
    entries.into_iter().flatten().collect()
}
