//! How strict a start is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What becomes of a service that may not fit its limit, and whether callers are held back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartupMode {
    /// It does not start. One that starts is limited.
    #[default]
    Strict,
    /// It starts with a warning, and is limited: by the detected limit, where the one in the settings is above it. Where it
    /// holds more than its limit at rest, memory is hard from the start.
    Permissive,
    /// It starts with a warning; nobody is held back, and what would have been is counted.
    Observe,
    /// Nothing is detected, verified or limited. A limit in the settings is an error then; and so is, in every other mode,
    /// a [limiter](crate::LimiterSettings::mode) that is off.
    Off,
}

impl StartupMode {
    /// Every mode, the strictest first.
    pub const ALL: [Self; 4] = [Self::Strict, Self::Permissive, Self::Observe, Self::Off];
}

/// As in a file or a flag, such as `strict`.
impl fmt::Display for StartupMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Strict => "strict",
            Self::Permissive => "permissive",
            Self::Observe => "observe",
            Self::Off => "off",
        })
    }
}

impl FromStr for StartupMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, UnknownMode> {
        let known = Self::ALL.into_iter().find(|mode| mode.to_string() == text);
        known.ok_or_else(|| UnknownMode { text: text.to_owned() })
    }
}

/// A text that is no [`StartupMode`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is no mode; it is one of `strict`, `permissive`, `observe` and `off`")]
#[non_exhaustive]
pub struct UnknownMode {
    /// The text.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_written_in_a_flag_as_in_a_file() {
        for mode in StartupMode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.to_string());
        }
        assert_eq!(
            "lax".parse::<StartupMode>().unwrap_err().to_string(),
            "`lax` is no mode; it is one of `strict`, `permissive`, `observe` and `off`"
        );
    }
}
