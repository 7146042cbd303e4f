//! Which values of a setting its program takes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The values of a setting that its program takes, in the setting's own unit: what its own check of the operator's file refuses is outside.
///
/// Advice keeps to it, so that an operator is told no value that the program then refuses. A [`ConfigValue`](crate::ConfigValue) says it of
/// all settings of its type, `#[bounds(at_least = 8192)]` of one field, and
/// [`MemoryBoundsBuilder::with_setting_range`](crate::MemoryBoundsBuilder::with_setting_range) by hand.
///
/// ```
/// use memory_accounting::SettingRange;
///
/// let range = SettingRange::within(8192, 65536);
/// assert!(range.takes(8192) && !range.takes(6117));
/// assert_eq!(range.to_string(), "8192 to 65536");
/// assert_eq!(SettingRange::at_least(1).to_string(), "at least 1");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SettingRange {
    /// The least value; `None` where 0 is taken, or nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<usize>,
    /// The greatest value; `None` where every number is taken, or nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<usize>,
}

impl SettingRange {
    /// Every number, or nothing is known.
    pub const ANY: Self = Self { at_least: None, at_most: None };

    /// `least` and every greater value.
    pub const fn at_least(least: usize) -> Self {
        Self::within(least, usize::MAX)
    }

    /// `most` and every smaller value.
    pub const fn at_most(most: usize) -> Self {
        Self::within(0, most)
    }

    /// The values from `least` to `most`, both included.
    pub const fn within(least: usize, most: usize) -> Self {
        Self {
            at_least: if least > 0 { Some(least) } else { None },
            at_most: if most < usize::MAX { Some(most) } else { None },
        }
    }

    /// Whether `value` is in it.
    pub fn takes(self, value: usize) -> bool {
        self.at_least.is_none_or(|least| value >= least) && self.at_most.is_none_or(|most| value <= most)
    }

    /// Whether it says nothing.
    pub(crate) fn is_any(&self) -> bool {
        *self == Self::ANY
    }

    /// What both take.
    pub(crate) fn and(self, other: Self) -> Self {
        let both = |a: Option<usize>, b: Option<usize>, choose: fn(usize, usize) -> usize| match (a, b) {
            (Some(a), Some(b)) => Some(choose(a, b)),
            (a, b) => a.or(b),
        };
        Self {
            at_least: both(self.at_least, other.at_least, usize::max),
            at_most: both(self.at_most, other.at_most, usize::min),
        }
    }

    /// The least value that may be advised: 0 often means something else to a service, as no limit.
    pub(crate) fn least_above_zero(self) -> usize {
        self.at_least.unwrap_or(0).max(1)
    }
}

impl fmt::Display for SettingRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (None, None) => f.write_str("any number"),
            (Some(least), None) => write!(f, "at least {least}"),
            (None, Some(most)) => write!(f, "at most {most}"),
            (Some(least), Some(most)) => write!(f, "{least} to {most}"),
        }
    }
}
