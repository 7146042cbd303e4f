//! Values of settings, as they are written on a command line.

use std::str::FromStr;

use thiserror::Error;

use super::declared::DeclaredSetting;
use super::unit::SettingUnit;
use super::what_if::SettingError;
use crate::bytes::parse_bytes;

/// A value as it is given for a setting: a whole number, a size such as `64MiB`, `true` or `false` (1 and 0), or `unlimited`.
///
/// A number is in the setting's own unit, as it would stand in the operator's file; a size is so many bytes in whatever unit the setting is,
/// of which what is left of a byte is cut off: `0.4KiB` is 409 bytes. Bytes themselves have no parts, so `1.5B` is no value.
///
/// ```
/// use memory_accounting::sizing::{self, GivenValue};
/// use memory_accounting::{ComponentBounds, ConfigValue, MemoryBounds};
///
/// struct Kibibytes(u32);
///
/// impl ConfigValue for Kibibytes {
///     fn config_value(&self) -> usize {
///         (self.0 as usize).saturating_mul(1024)
///     }
///
///     fn config_unit(&self) -> usize {
///         1024
///     }
/// }
///
/// # #[cfg(feature = "derive")] {
/// #[derive(MemoryBounds)]
/// struct Buffer {
///     #[bounds(bytes)]
///     limit: Kibibytes,
/// }
///
/// let settings = sizing::settings(&ComponentBounds::of(&Buffer { limit: Kibibytes(4) }));
/// let of_limit = |text: &str| text.parse::<GivenValue>().unwrap().in_unit_of(&settings[0]).ok();
/// assert_eq!(of_limit("512"), Some(Some(512)));
/// assert_eq!(of_limit("512KiB"), Some(Some(512)));
/// assert_eq!(of_limit("unlimited"), Some(None));
/// assert_eq!(of_limit("1500B"), None); // no whole number of KiB
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GivenValue {
    /// A number in the setting's own unit.
    Number(usize),
    /// A size, in bytes.
    Size(usize),
    /// That of a setting that is not limited.
    Unlimited,
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

impl GivenValue {
    /// The number that stands for it in the file of `setting`; `None` is that of one that is not limited. A size is a number of bytes where the unit of the
    /// setting is not known, or is things.
    ///
    /// # Errors
    ///
    /// [`SettingError::NoWholeNumber`] for a size that the setting's unit cannot say.
    pub fn in_unit_of(self, setting: &DeclaredSetting) -> Result<Option<usize>, SettingError> {
        match (self, setting.unit) {
            (Self::Unlimited, _) => Ok(None),
            (Self::Size(bytes), Some(SettingUnit::BytesEach(unit))) => {
                match (bytes.checked_div(unit), bytes.checked_rem(unit)) {
                    (Some(number), Some(0)) => Ok(Some(number)),
                    _ => Err(SettingError::NoWholeNumber {
                        setting: setting.to_string(),
                        size_bytes: bytes,
                        unit_bytes: unit,
                    }),
                }
            }
            (Self::Number(number) | Self::Size(number), _) => Ok(Some(number)),
        }
    }
}

impl DeclaredSetting {
    /// The number that stands for `given` in its file, which is one that its program takes; `None` is that of one that is not limited.
    ///
    /// # Errors
    ///
    /// [`SettingError::Outside`] for one that it does not take, and what [`GivenValue::in_unit_of`] gives.
    pub fn taken(&self, given: GivenValue) -> Result<Option<usize>, SettingError> {
        let value = given.in_unit_of(self)?;
        match value {
            Some(value) if !self.range.takes(value) => {
                Err(SettingError::Outside { setting: self.to_string(), value, range: self.range })
            }
            value => Ok(value),
        }
    }
}

/// A number as it stands in the file.
impl From<Option<usize>> for GivenValue {
    fn from(value: Option<usize>) -> Self {
        value.map_or(Self::Unlimited, Self::Number)
    }
}

impl FromStr for GivenValue {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue { text: text.to_owned() };
        match text {
            "unlimited" => return Ok(Self::Unlimited),
            "true" => return Ok(Self::Number(1)),
            "false" => return Ok(Self::Number(0)),
            _ => {}
        }
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        let bytes = parse_bytes(text).and_then(|bytes| usize::try_from(bytes).ok());
        bytes.map(Self::Size).ok_or_else(invalid)
    }
}
