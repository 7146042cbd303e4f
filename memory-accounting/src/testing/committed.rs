//! Whether what is declared is what was committed.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;

use crate::bounds::ComponentBounds;
use crate::difference::BoundsDifference;

/// Fails when `bounds` are not those in the file at `path`, so that what a change does to them is seen where it is reviewed. Where settings stand in the
/// operator's file, and which values the program takes, is not compared.
///
/// ```no_run
/// use memory_accounting::testing::assert_bounds_unchanged;
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Aggregator {
///     capacity: usize,
///     #[bounds(per_item = "capacity")]
///     buffer: Vec<u64>,
/// }
///
/// // In a test:
/// let usual = Aggregator { capacity: 1000, buffer: Vec::new() };
/// assert_bounds_unchanged("tests/bounds.json", &ComponentBounds::of(&usual));
/// ```
///
/// A failure says which components and entries changed by how many bytes, which settings and types did, and how to accept it: the
/// same test with `UPDATE_BOUNDS=1` in its environment writes the file, which is then committed. That also writes the first one, and one
/// that a merge has left in pieces. Where `CI` is set nothing is ever written: a file that nobody commits accepts nothing.
///
/// A `path` that is not absolute begins at the folder of the package's `Cargo.toml`, as the variable `CARGO_MANIFEST_DIR` has it for tests
/// that Cargo runs, else at the working directory. The file is JSON with a line for each value, and
/// `memory-bounds diff OLD NEW --markdown` shows two versions of it in a pull request. How it is formatted is not compared.
///
/// Sizes of types are those of one target and compiler: where tests run for several, guard the bounds for one of them
/// (`#[cfg(target_pointer_width = "64")]`).
///
/// # Panics
///
/// When something has changed, when the file is not there or cannot be read or written, and when nothing is declared.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
pub fn assert_bounds_unchanged(path: impl AsRef<Path>, bounds: &ComponentBounds) {
    let path = path.as_ref();
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let update = Update::asked_for(|name| env::var_os(name));
    // The harness names the thread of a test after it.
    let thread = thread::current();
    let how = update.how(thread.name().filter(|name| *name != "main"));
    if let Err(complaint) = held_against(&Path::new(&package).join(path), path, bounds, update, &how) {
        panic!("{complaint}");
    }
}

/// Whether the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Update {
    Unasked,
    Asked,
    /// Nobody would commit it.
    Refused,
}

impl Update {
    fn asked_for(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_off = |value: &OsString| ["", "0", "false"].iter().any(|off| value == *off);
        let is_set = |name| variable(name).is_some_and(|value| !is_off(&value));
        match (is_set("UPDATE_BOUNDS"), is_set("CI")) {
            (false, _) => Self::Unasked,
            (true, false) => Self::Asked,
            (true, true) => Self::Refused,
        }
    }

    /// How to accept what is declared.
    fn how(self, test: Option<&str>) -> String {
        let test = test.map(|name| format!(" {name}")).unwrap_or_default();
        match self {
            Self::Refused => {
                "UPDATE_BOUNDS writes nothing where CI is set: run the test with it where the file is committed from".to_owned()
            }
            _ => format!(
                "to accept what is declared, run this test with UPDATE_BOUNDS=1, as in `UPDATE_BOUNDS=1 cargo test{test}`, and commit \
                 the file"
            ),
        }
    }
}

/// What is wrong with `file`, which is called `path`. It is written where that is asked for and it is not as it would be written.
fn held_against(
    file: &Path,
    path: &Path,
    bounds: &ComponentBounds,
    update: Update,
    how: &str,
) -> Result<(), String> {
    let path = path.display();
    if *bounds == ComponentBounds::default() {
        return Err(format!("nothing is declared that {path} could be held against"));
    }
    let declared = serde_json::to_string_pretty(bounds)
        .map_err(|error| format!("what is declared cannot be written as JSON: {error}"))?;
    let declared = format!("{declared}\n");
    let committed = match fs::read_to_string(file) {
        Ok(committed) if committed == declared => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(format!("there is no {path} yet\n{how}")),
        read => read.map_err(|error| format!("{path} cannot be read: {error}\n{how}")),
    };
    if update == Update::Asked {
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        return folder
            .and_then(|()| fs::write(file, declared))
            .map_err(|error| format!("{path} cannot be written: {error}"));
    }
    let committed: ComponentBounds = serde_json::from_str(&committed?)
        .map_err(|error| format!("{path} holds no bounds: {error}\n{how}"))?;
    let difference = BoundsDifference::between(&committed, bounds);
    if difference.is_empty() {
        return Ok(());
    }
    Err(format!("what is declared is not what {path} says\n{difference}\n\n{how}"))
}

#[cfg(test)]
mod tests;
