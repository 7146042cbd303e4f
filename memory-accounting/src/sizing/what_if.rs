//! What would be declared if settings had other values.

use thiserror::Error;

use super::change::{Change, Subject};
use super::declared::{DeclaredSetting, settings};
use super::name::{NEAR, full_setting_name};
use super::unit::SettingUnit;
use crate::bounds::{ComponentBounds, full_name};
use crate::expr::{Escaped, SettingRange};

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
    /// The program takes no such value.
    #[error("`{setting}` takes {range}, not {value}")]
    Outside {
        /// The component and the key.
        setting: String,
        /// The value that was given, in the setting's own unit.
        value: usize,
        /// What it takes.
        range: SettingRange,
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
                let gone =
                    || SettingError::Unknown { name: full_setting_name(component, key), near: Vec::new() };
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
/// [`SettingError`] for the first change that names no setting, or not one alone, or gives it a size that its unit cannot say, or a value that its program does not take.
pub fn what_if(bounds: &ComponentBounds, changes: &[Change]) -> Result<ComponentBounds, SettingError> {
    let settings = settings(bounds);
    let values = changes.iter().map(|change| {
        let setting = change.find(&settings)?;
        Ok((setting, setting.taken(change.value())?))
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
