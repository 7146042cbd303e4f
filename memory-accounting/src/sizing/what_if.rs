//! What would be declared if settings had other values.

use thiserror::Error;

use super::change::{Change, SettingName, Subject};
use super::declared::{DeclaredSetting, settings};
use super::unit::SettingUnit;
use crate::bounds::{ComponentBounds, full_name};
use crate::expr::Escaped;

/// How many settings are named that what was written may mean.
const NEAR: usize = 5;

/// Why a name stands for no setting, or not for one alone, or the setting cannot have the value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SettingError {
    /// Nothing is called so.
    #[error("no setting is called `{}`{}", Escaped(name), nearly(near))]
    Unknown {
        /// What was written.
        name: String,
        /// Settings that are nearly called so, the nearest first.
        near: Vec<String>,
    },
    /// Several settings are called so.
    #[error("`{}` may be any of {}; write which", Escaped(name), listed(settings))]
    Ambiguous {
        /// What was written.
        name: String,
        /// Each of them, with its component in front of its key.
        settings: Vec<String>,
    },
    /// One component has several values under the key, so it is not known which of them is meant.
    #[error(
        "`{setting}` stands for several values, {}; write {} for the one that is meant, or give each a key of its own, with `rename` or \
         `prefix` where it is declared",
        values.iter().map(|value| written(*value)).collect::<Vec<_>>().join(" and "),
        values.iter().map(|value| format!("`{setting}={}`", written(*value))).collect::<Vec<_>>().join(" or ")
    )]
    SeveralValues {
        /// The component and the key.
        setting: String,
        /// The values that it stands for; `None` is that of one that is not limited.
        values: Vec<Option<usize>>,
    },
    /// The setting is in a unit that cannot say the size.
    #[error(
        "`{setting}` is in {unit}, and {size_bytes} bytes are no whole number of those; write {}",
        whole_numbers_near(*size_bytes, *unit_bytes),
        unit = SettingUnit::BytesEach(*unit_bytes)
    )]
    NoWholeNumber {
        /// The component and the key.
        setting: String,
        /// The size that was given.
        size_bytes: usize,
        /// How many bytes one of the setting is.
        unit_bytes: usize,
    },
}

impl SettingName {
    /// The one of `settings` that is called so.
    ///
    /// # Errors
    ///
    /// [`SettingError`] where none is, or several are.
    pub fn find<'a>(&self, settings: &'a [DeclaredSetting]) -> Result<&'a DeclaredSetting, SettingError> {
        let ways: [fn(&Self, &DeclaredSetting) -> bool; 4] =
            [Self::names, Self::is_place_of, Self::names_in_short, Self::names_with_value];
        let found = |names: fn(&Self, &DeclaredSetting) -> bool| -> Vec<&DeclaredSetting> {
            settings.iter().filter(|setting| names(self, setting)).collect()
        };
        let found = ways.into_iter().map(found).find(|found| !found.is_empty()).unwrap_or_default();
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
/// [`SettingError`] for the first change that names no setting, or not one alone, or gives it a size that its unit cannot say.
pub fn what_if(bounds: &ComponentBounds, changes: &[Change]) -> Result<ComponentBounds, SettingError> {
    let settings = settings(bounds);
    let values = changes.iter().map(|change| {
        let setting = change.find(&settings)?;
        Ok((setting, change.value().in_unit_of(setting)?))
    });
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
/// then those with few letters that differ, in all of the key or in its last parts.
fn near(name: &SettingName, settings: &[DeclaredSetting]) -> Vec<String> {
    let alike = |text: &str| text.to_lowercase().replace('-', "_");
    let name = alike(&name.to_string());
    let key = name.rsplit(':').next().unwrap_or(&name);
    let mut ranked: Vec<(usize, String)> = settings
        .iter()
        .filter_map(|setting| {
            let (known, full) = (alike(&setting.key), setting.to_string());
            let ends = known.match_indices('.').filter_map(|(at, dot)| known.get(at..)?.strip_prefix(dot));
            let of_key =
                std::iter::once(known.as_str()).chain(ends).map(|known| strsim::osa_distance(key, known));
            let of_name =
                [&alike(&full), &alike(&setting.place)].map(|known| strsim::osa_distance(&name, known));
            let differ = of_key.chain(of_name).min().unwrap_or(usize::MAX);
            let is_part = known.contains(key) || key.contains(&known);
            let is_near = is_part || differ <= key.chars().count().div_ceil(3);
            is_near.then_some((if is_part { differ.min(1) } else { differ }, full))
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

/// What could be written for a size in units of so many bytes. 0 is not said, because it often means something else.
fn whole_numbers_near(size_bytes: usize, unit_bytes: usize) -> String {
    let below = size_bytes.checked_div(unit_bytes).unwrap_or(0);
    let above = below.saturating_add(1);
    if below == 0 { above.to_string() } else { format!("{below} or {above}") }
}

fn written(value: Option<usize>) -> String {
    value.map_or_else(|| "unlimited".to_owned(), |value| value.to_string())
}

fn listed(names: &[String]) -> String {
    let listed = names.iter().take(NEAR).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NEAR) {
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}
