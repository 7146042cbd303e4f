//! Changes of settings, as they are written on a command line.

use std::fmt;
use std::str::FromStr;

use bytesize::ByteSize;
use thiserror::Error;

use super::declared::DeclaredSetting;
use crate::bounds::{full_name, parse_full_name};

/// How a setting is named: by its key, with the full name of its component in front where several have that key, as in
/// `topology.source:buffers`. Of a key with dots the last parts are enough where nothing else is called so.
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
/// The component may be left out where one alone has the key. The value is a whole number, a size such as `64MiB`, `true` or `false` (1 and 0), or
/// `unlimited`.
///
/// ```
/// use memory_accounting::sizing::Change;
///
/// let change: Change = "cache:max_bytes=64MiB".parse()?;
/// assert_eq!(change.value(), Some(64 << 20));
/// # Ok::<(), memory_accounting::sizing::InvalidChange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    pub(super) of: Subject,
    value: Option<usize>,
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

/// A text that is no value of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{text}` is no value; write a whole number, a size such as 64MiB, `true`, `false` or `unlimited`, up to {}",
    usize::MAX
)]
#[non_exhaustive]
pub struct InvalidValue {
    /// What was written.
    pub text: String,
}

impl SettingName {
    /// Whether it names `setting`, by all of its key, and perhaps others.
    pub fn names(&self, setting: &DeclaredSetting) -> bool {
        self.names_key(setting, &setting.key)
    }

    /// Whether it names `setting` by the last parts of its key.
    pub(super) fn names_in_short(&self, setting: &DeclaredSetting) -> bool {
        let ends =
            setting.key.match_indices('.').filter_map(|(at, dot)| setting.key.get(at..)?.strip_prefix(dot));
        ends.into_iter().any(|end| self.names_key(setting, end))
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
    /// Gives the setting that is called `name` the value `value`; `None` is that of one that is not limited.
    pub fn new(name: SettingName, value: Option<usize>) -> Self {
        Self { of: Subject::Named(name), value }
    }

    /// Gives `setting`, and no other of its key, the value `value`.
    pub fn of(setting: &DeclaredSetting, value: Option<usize>) -> Self {
        let (component, key) = (setting.component.clone(), setting.key.clone());
        Self { of: Subject::Exactly { component, key, value: setting.value }, value }
    }

    /// The value that the setting gets; `None` where it is not to be limited.
    pub fn value(&self) -> Option<usize> {
        self.value
    }
}

/// Reads the value of a setting: a whole number, a size such as `64MiB`, `true` or `false`, or `unlimited`, which is `None`.
///
/// # Errors
///
/// Any other text.
pub fn parse_value(text: &str) -> Result<Option<usize>, InvalidValue> {
    let invalid = || InvalidValue { text: text.to_owned() };
    match text {
        "unlimited" => return Ok(None),
        "true" => return Ok(Some(1)),
        "false" => return Ok(Some(0)),
        _ => {}
    }
    if let Ok(number) = text.parse() {
        return Ok(Some(number));
    }
    // A part of a byte would be cut off, and too many digits turned into some other number.
    let has_unit = text.ends_with(|last: char| last.is_ascii_alphabetic());
    let size = text.parse::<ByteSize>().ok().filter(|size| has_unit && size.as_u64() < u64::MAX);
    let bytes = size.and_then(|size| usize::try_from(size.as_u64()).ok());
    bytes.map(Some).ok_or_else(invalid)
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
        Ok(Self::new(name, parse_value(value)?))
    }
}

impl fmt::Display for SettingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
