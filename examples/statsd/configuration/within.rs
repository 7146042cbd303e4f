//! Numbers that are checked when they are read, so that nothing has to check them again.

use std::fmt;
use std::str::FromStr;

use memory_accounting::{ConfigValue, SettingRange};
use serde::{Deserialize, Serialize};

/// A number that is at least one.
pub(crate) type Count = Within<1, { usize::MAX }>;

/// A number from `LEAST` to `MOST`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize")]
pub(crate) struct Within<const LEAST: usize, const MOST: usize>(usize);

impl<const LEAST: usize, const MOST: usize> Within<LEAST, MOST> {
    /// What is checked is what is advised.
    const RANGE: SettingRange = SettingRange::within(LEAST, MOST);

    /// A number from the source code, checked when it is compiled.
    pub(crate) const fn of<const VALUE: usize>() -> Self {
        const { assert!(VALUE >= LEAST && VALUE <= MOST) };
        Self(VALUE)
    }

    pub(crate) const fn get(self) -> usize {
        self.0
    }
}

impl<const LEAST: usize, const MOST: usize> TryFrom<usize> for Within<LEAST, MOST> {
    type Error = WithinError;

    fn try_from(value: usize) -> Result<Self, WithinError> {
        if Self::RANGE.takes(value) {
            Ok(Self(value))
        } else {
            Err(WithinError::Outside { value, range: Self::RANGE })
        }
    }
}

impl<const LEAST: usize, const MOST: usize> FromStr for Within<LEAST, MOST> {
    type Err = WithinError;

    fn from_str(text: &str) -> Result<Self, WithinError> {
        let value: usize = text.parse().map_err(|_| WithinError::NotANumber)?;
        Self::try_from(value)
    }
}

impl<const LEAST: usize, const MOST: usize> ConfigValue for Within<LEAST, MOST> {
    fn config_value(&self) -> usize {
        self.get()
    }

    fn config_range() -> SettingRange {
        Self::RANGE
    }
}

/// Why a number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithinError {
    NotANumber,
    Outside { value: usize, range: SettingRange },
}

impl std::error::Error for WithinError {}

impl fmt::Display for WithinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => write!(formatter, "expected a whole number from 0 to {}", usize::MAX),
            Self::Outside { value, range } => {
                let what = if range.at_most.is_some() { "out of range" } else { "too small" };
                write!(formatter, "{value} is {what}, expected {range}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_both_ends_and_nothing_beyond() {
        assert_eq!("2".parse::<Within<2, 4>>().map(Within::get), Ok(2));
        assert_eq!("4".parse::<Within<2, 4>>().map(Within::get), Ok(4));
        assert_eq!(
            "5".parse::<Within<2, 4>>(),
            Err(WithinError::Outside { value: 5, range: SettingRange::within(2, 4) })
        );
        assert_eq!("x".parse::<Count>(), Err(WithinError::NotANumber));
    }

    #[test]
    fn says_what_would_be_accepted() {
        assert_eq!("0".parse::<Count>().unwrap_err().to_string(), "0 is too small, expected at least 1");
        assert_eq!(
            "9".parse::<Within<2, 4>>().unwrap_err().to_string(),
            "9 is out of range, expected 2 to 4"
        );
    }
}
