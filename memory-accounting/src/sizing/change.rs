//! Changes of settings, as they are written on a command line.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::declared::DeclaredSetting;
use super::given::{GivenValue, InvalidValue};
use crate::bounds::{full_name, parse_full_name};

/// How a setting is named: by its key, with the full name of its component in front where several have that key, as in
/// `topology.source:buffers`. Where it stands in the operator's file names it too, as in
/// `cache.max_entries`, and of a key with dots the last parts are enough where nothing else is called so. Where a component has several values under one
/// key, the one that is meant is named by its value, as in `topology.source:buffers=64`.
///
/// ```
/// use memory_accounting::sizing::SettingName;
///
/// assert!(r#"sinks."10.0.0.1:80":queue"#.parse::<SettingName>().is_ok());
/// assert!("sinks:".parse::<SettingName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SettingName(String);

/// Another value for a setting, as in `topology.source:buffers=64`.
///
/// The component may be left out where one alone has the key. The value is a [`GivenValue`].
///
/// ```
/// use memory_accounting::sizing::{Change, GivenValue};
///
/// let change: Change = "cache:max_bytes=64MiB".parse()?;
/// assert_eq!(change.value(), GivenValue::Size(64 << 20));
/// # Ok::<(), memory_accounting::sizing::InvalidChange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    pub(super) of: Subject,
    value: GivenValue,
}

/// What is changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Named(SettingName),
    /// The one that has this value now.
    Exactly {
        component: String,
        key: String,
        value: Option<usize>,
    },
}

/// Why a text is not a [`Change`], or not a [`SettingName`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidChange {
    /// There is no `=`.
    #[error("`{text}` gives no value; write component:key=value, such as {text}=100")]
    NoValue {
        /// What was written.
        text: String,
    },
    /// No key stands before the `=`.
    #[error("`{text}` names no setting; write component:key=value")]
    NoKey {
        /// What was written.
        text: String,
    },
    /// What stands behind the `=` is no value.
    #[error(transparent)]
    Value(#[from] InvalidValue),
}

impl SettingName {
    /// Whether it names `setting`, by all of its key, and perhaps others.
    pub fn names(&self, setting: &DeclaredSetting) -> bool {
        self.names_key(setting, &setting.key)
    }

    /// Whether it is where `setting` stands in the operator's file.
    pub fn is_place_of(&self, setting: &DeclaredSetting) -> bool {
        self.0 == setting.place
    }

    /// Whether it names `setting` by the last parts of its key.
    pub(super) fn names_in_short(&self, setting: &DeclaredSetting) -> bool {
        let ends =
            setting.key.match_indices('.').filter_map(|(at, dot)| setting.key.get(at..)?.strip_prefix(dot));
        ends.into_iter().any(|end| self.names_key(setting, end))
    }

    /// Whether it names `setting` by its key and the value that it has.
    pub(super) fn names_with_value(&self, setting: &DeclaredSetting) -> bool {
        let Some((name, value)) = self.0.rsplit_once('=') else { return false };
        let value = value.parse::<GivenValue>().ok().and_then(|value| value.in_unit_of(setting).ok());
        let name = Self(name.to_owned());
        value == Some(setting.value)
            && (name.names(setting) || name.is_place_of(setting) || name.names_in_short(setting))
    }

    /// Whether it is `known`, with or without the component of `setting`.
    fn names_key(&self, setting: &DeclaredSetting, known: &str) -> bool {
        let Self(text) = self;
        let component_in_front = || {
            let colons = text.match_indices(':');
            colons.filter_map(|(at, _)| Some((text.get(..at)?, text.get(at..)?.strip_prefix(':')?)))
        };
        *text == known
            || component_in_front().any(|(component, key)| {
                // However it is quoted.
                let path = || parse_full_name(component).ok();
                key == known && path().is_some_and(|path| full_name(&path) == setting.component)
            })
    }
}

impl Change {
    /// Gives the setting that is called `name` the value `value`.
    pub fn new(name: SettingName, value: GivenValue) -> Self {
        Self { of: Subject::Named(name), value }
    }

    /// Gives `setting`, and no other of its key, the value `value` in its own unit; `None` is that of one that is not limited.
    pub fn of(setting: &DeclaredSetting, value: Option<usize>) -> Self {
        let (component, key) = (setting.component.clone(), setting.key.clone());
        Self { of: Subject::Exactly { component, key, value: setting.value }, value: value.into() }
    }

    /// The value that the setting gets.
    pub fn value(&self) -> GivenValue {
        self.value
    }
}

impl FromStr for SettingName {
    type Err = InvalidChange;

    fn from_str(text: &str) -> Result<Self, InvalidChange> {
        if text.is_empty() || text.ends_with(':') {
            return Err(InvalidChange::NoKey { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Change {
    type Err = InvalidChange;

    fn from_str(text: &str) -> Result<Self, InvalidChange> {
        // A name may have one in quotes; no value has.
        let (name, value) =
            text.rsplit_once('=').ok_or_else(|| InvalidChange::NoValue { text: text.to_owned() })?;
        let name = name.parse().map_err(|_| InvalidChange::NoKey { text: text.to_owned() })?;
        Ok(Self::new(name, value.parse()?))
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
