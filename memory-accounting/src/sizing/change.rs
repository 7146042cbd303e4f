//! Changes of settings, as they are written on a command line.

use std::str::FromStr;

use thiserror::Error;

use super::declared::DeclaredSetting;
use super::given::{GivenValue, InvalidValue};
use super::name::SettingName;

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
