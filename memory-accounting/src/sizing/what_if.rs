//! What would be declared if settings had other values.

use thiserror::Error;

use super::change::{Change, SettingName, Subject};
use super::declared::{DeclaredSetting, settings};
use crate::bounds::{ComponentBounds, full_name};

/// How many settings are named that are nearly called what was written.
const NEAR: usize = 5;

/// Why a name stands for no setting, or not for one alone.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettingError {
    /// Nothing is called so.
    #[error("no setting is called `{name}`{}", nearly(near))]
    Unknown {
        /// What was written.
        name: String,
        /// Settings that are nearly called so, the nearest first.
        near: Vec<String>,
    },
    /// Several settings are called so.
    #[error("`{name}` may be any of {}; write which", listed(settings))]
    Ambiguous {
        /// What was written.
        name: String,
        /// Each of them, with its component in front of its key.
        settings: Vec<String>,
    },
    /// One component has several values under the key, so it is not known which of them is meant.
    #[error(
        "`{setting}` stands for several values, {}, and which of them is meant is not known; each needs a key of its own, which \
         `rename` or `prefix` gives where it is declared",
        values.iter().map(|value| value.map_or("unlimited".to_owned(), |value| value.to_string())).collect::<Vec<_>>().join(" and ")
    )]
    SeveralValues {
        /// The component and the key.
        setting: String,
        /// The values that it stands for; `None` is that of one that is not limited.
        values: Vec<Option<usize>>,
    },
}

impl SettingName {
    /// The one of `settings` that is called so.
    ///
    /// # Errors
    ///
    /// [`SettingError`] where none is, or several are.
    pub fn find<'a>(&self, settings: &'a [DeclaredSetting]) -> Result<&'a DeclaredSetting, SettingError> {
        let mut found: Vec<_> = settings.iter().filter(|setting| self.names(setting)).collect();
        if found.is_empty() {
            found = settings.iter().filter(|setting| self.names_in_short(setting)).collect();
        }
        let [first, others @ ..] = &found[..] else {
            return Err(SettingError::Unknown { name: self.to_string(), near: near(self, settings) });
        };
        if others.is_empty() {
            return Ok(first);
        }
        let mut names: Vec<String> = found.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names.dedup();
        Err(match &names[..] {
            [setting] => SettingError::SeveralValues {
                setting: setting.clone(),
                values: found.iter().map(|setting| setting.value).collect(),
            },
            _ => SettingError::Ambiguous { name: self.to_string(), settings: names },
        })
    }
}

impl Change {
    /// The one of `settings` that it changes.
    ///
    /// # Errors
    ///
    /// [`SettingError`] where none is, or several are.
    pub fn find<'a>(&self, settings: &'a [DeclaredSetting]) -> Result<&'a DeclaredSetting, SettingError> {
        match &self.of {
            Subject::Named(name) => name.find(settings),
            Subject::Exactly { component, key, value } => {
                let is_it = |setting: &&DeclaredSetting| setting.is(component, key, *value);
                let gone = || SettingError::Unknown { name: format!("{component}:{key}"), near: Vec::new() };
                settings.iter().find(is_it).ok_or_else(gone)
            }
        }
    }
}

/// `bounds` as they would be declared if settings had the values that `changes` give them. Of two changes of one setting, the later counts.
///
/// A setting changes everywhere, also where it says how many there are of a component. Where the program would compute something
/// else from another value than it has declared, as by a lookup in a table, that is not known here.
///
/// ```
/// use memory_accounting::sizing;
/// use memory_accounting::{ComponentBounds, MemoryBounds};
///
/// #[derive(MemoryBounds)]
/// struct Cache {
///     #[bounds(items = [u8; 1024])]
///     entries: usize,
/// }
///
/// let bounds = ComponentBounds::of(&Cache { entries: 1000 });
/// let changed = sizing::what_if(&bounds, &["entries=500".parse()?])?;
/// assert_eq!(changed, ComponentBounds::of(&Cache { entries: 500 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SettingError`] for the first change that names no setting, or not one alone.
pub fn what_if(bounds: &ComponentBounds, changes: &[Change]) -> Result<ComponentBounds, SettingError> {
    let settings = settings(bounds);
    let values = changes.iter().map(|change| Ok((change.find(&settings)?, change.value())));
    let values = values.collect::<Result<Vec<_>, SettingError>>()?;
    let mut other = bounds.clone();
    other.change_settings(&mut |path, key, present| {
        // By key first: few settings are changed, and to spell out a full name takes long.
        let mut of_key = values.iter().rev().filter(|(setting, _)| setting.key == key).peekable();
        let component = of_key.peek().map(|_| full_name(path)).unwrap_or_default();
        of_key.find(|(setting, _)| setting.is(&component, key, present)).map_or(present, |(_, value)| *value)
    });
    Ok(other)
}

/// The settings that are nearly called `name`, the nearest first: those of the same key, then those whose key has it in it or the other way round,
/// then those with few letters that differ.
fn near(name: &SettingName, settings: &[DeclaredSetting]) -> Vec<String> {
    let name = name.to_string().to_lowercase();
    let key = name.rsplit(':').next().unwrap_or(&name);
    let mut ranked: Vec<(usize, String)> = settings
        .iter()
        .filter_map(|setting| {
            let known = setting.key.to_lowercase();
            let full = setting.to_string();
            let differ =
                strsim::osa_distance(key, &known).min(strsim::osa_distance(&name, &full.to_lowercase()));
            let is_part = known.contains(key) || key.contains(&known);
            let is_near = is_part || differ <= key.chars().count().div_ceil(3);
            is_near.then_some((if is_part && key != known { 1 } else { differ }, full))
        })
        .collect();
    ranked.sort();
    ranked.dedup();
    ranked.into_iter().take(NEAR).map(|(_, name)| name).collect()
}

fn nearly(near: &[String]) -> String {
    match near {
        [] => ", and none nearly so".to_owned(),
        near => format!("; near it: {}", listed(near)),
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
