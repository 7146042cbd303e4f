//! Where something stands in a file, compared with where a setting is said to stand.

use std::fmt::Write as _;

use memory_accounting::sizing::DeclaredSetting;
use serde_json::Value;

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    /// The item of a list.
    Item(usize),
}

/// The steps by name, where an item is its place in the list.
pub(super) fn raw(path: &[Step]) -> Vec<String> {
    let name = |step: &Step| match step {
        Step::Key(key) => key.clone(),
        Step::Item(index) => index.to_string(),
    };
    path.iter().map(name).collect()
}

/// Whether `path` leads to `place`, which is written as keys are: in quotes where that tells a dot in a name from one between names, or without.
pub(super) fn is_at(path: &[Step], place: &str) -> bool {
    written(path, str::to_owned) == place || written(path, quoted) == place
}

/// Whether `path` leads to `setting` in the table of the component that the first `depth` steps name: one around that of the setting, with a file of
/// its own.
pub(super) fn is_at_below(path: &[Step], depth: usize, setting: &DeclaredSetting) -> bool {
    let Some((component, place)) = path.split_at_checked(depth) else { return false };
    let component = raw(component).iter().map(|name| quoted(name)).collect::<Vec<_>>().join(".");
    let is_around = setting.component.strip_prefix(&component).is_some_and(|rest| rest.starts_with('.'));
    is_around && setting.place != setting.key && is_at(place, &setting.place)
}

fn written(path: &[Step], name: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&name(key));
            }
            Step::Item(index) => {
                // Writing to a string cannot fail.
                _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

/// A name as TOML writes a key.
fn quoted(name: &str) -> String {
    let is_bare = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}
