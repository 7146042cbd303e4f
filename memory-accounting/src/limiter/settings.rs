//! What an operator may choose.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::error::LimiterError;

/// Twice the longest time between two readings: one that comes a little late is not missing.
const LEAST_STALE_AFTER: Duration = Duration::from_millis(500);

/// How a [`MemoryLimiter`](super::MemoryLimiter) decides. Each has a default, so a file says only what is different:
///
/// ```
/// use memory_accounting::{LimiterMode, LimiterSettings};
///
/// let settings: LimiterSettings = serde_json::from_str(r#"{ "mode": "observe", "tracked_soft_percent": 70 }"#)?;
/// assert_eq!((settings.mode, settings.tracked_hard_percent), (LimiterMode::Observe, 95));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct LimiterSettings {
    /// Whether callers are held back; [`LimiterMode::Enforce`] by default.
    pub mode: LimiterMode,
    /// Callers are slowed down once tracked bytes (live and reserved) reach this part of the effective limit: 80 percent.
    pub tracked_soft_percent: u8,
    /// Callers wait once they reach this part: 95 percent.
    pub tracked_hard_percent: u8,
    /// Callers are slowed down once held bytes (tracked, and what is beside the heap) reach this part of the full limit: 90 percent.
    pub held_soft_percent: u8,
    /// Callers wait once they reach this part: 97 percent.
    pub held_hard_percent: u8,
    /// So many points below a threshold, what began there ends: 5 percent.
    pub hysteresis_percent: u8,
    /// How long a caller waits just before memory becomes hard: 100 milliseconds.
    ///
    /// A caller that takes one packet of 64 KiB after each is then held to some 640 KiB a second, while health checks, which give up
    /// after a second at the earliest, still get through.
    pub longest_delay_milliseconds: u64,
    /// How often one caller is let through while memory is hard, at first: 100 milliseconds. It doubles, up to sixteen times, as long as
    /// letting them through does not make any room.
    pub progress_milliseconds: u64,
    /// A reading that is older than this no longer counts: 2,000 milliseconds; at least 500, as there is one every 250 at the latest.
    pub stale_after_milliseconds: u64,
    /// The same level is [told](super::MemoryLimiter::on_level), or an event, once in so long at most: 1,000 milliseconds.
    pub level_report_milliseconds: u64,
}

/// Whether a limiter holds callers back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LimiterMode {
    /// Nobody waits or is refused, and nobody is counted.
    Off,
    /// Nobody waits or is refused, whatever is asked for; who would have been is counted.
    Observe,
    /// Callers are slowed down, wait, and are refused.
    #[default]
    Enforce,
}

impl LimiterMode {
    /// Every mode, the strictest first.
    pub const ALL: [Self; 3] = [Self::Enforce, Self::Observe, Self::Off];
}

/// As in a file or a flag, such as `observe`.
impl fmt::Display for LimiterMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Enforce => "enforce",
            Self::Observe => "observe",
            Self::Off => "off",
        })
    }
}

impl FromStr for LimiterMode {
    type Err = UnknownLimiterMode;

    fn from_str(text: &str) -> Result<Self, UnknownLimiterMode> {
        let known = Self::ALL.into_iter().find(|mode| mode.to_string() == text);
        known.ok_or_else(|| UnknownLimiterMode { text: text.to_owned() })
    }
}

/// A text that is no [`LimiterMode`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is no mode of the limiter; it is one of `enforce`, `observe` and `off`")]
#[non_exhaustive]
pub struct UnknownLimiterMode {
    /// The text.
    pub text: String,
}

impl Default for LimiterSettings {
    fn default() -> Self {
        Self {
            mode: LimiterMode::default(),
            tracked_soft_percent: 80,
            tracked_hard_percent: 95,
            held_soft_percent: 90,
            held_hard_percent: 97,
            hysteresis_percent: 5,
            longest_delay_milliseconds: 100,
            progress_milliseconds: 100,
            stale_after_milliseconds: 2000,
            level_report_milliseconds: 1000,
        }
    }
}

impl LimiterSettings {
    /// Whether they make sense together.
    pub(super) fn check(&self) -> Result<(), LimiterError> {
        let pairs = [
            (
                "tracked_soft_percent",
                self.tracked_soft_percent,
                "tracked_hard_percent",
                self.tracked_hard_percent,
            ),
            ("held_soft_percent", self.held_soft_percent, "held_hard_percent", self.held_hard_percent),
        ];
        let invalid = |message: String| Err(LimiterError::InvalidSettings { message });
        for (soft_name, soft, hard_name, hard) in pairs {
            if soft >= hard {
                return invalid(format!(
                    "{soft_name} is {soft} and must be below {hard_name}, which is {hard}"
                ));
            }
            if hard > 100 {
                return invalid(format!("{hard_name} is {hard} and must be at most 100"));
            }
            if self.hysteresis_percent >= soft {
                let points = self.hysteresis_percent;
                return invalid(format!(
                    "hysteresis_percent is {points} and must be below {soft_name}, which is {soft}"
                ));
            }
        }
        if self.stale_after() < LEAST_STALE_AFTER {
            return invalid(format!(
                "stale_after_milliseconds is {} and must be at least {}, twice the longest time between two readings",
                self.stale_after_milliseconds,
                LEAST_STALE_AFTER.as_millis()
            ));
        }
        Ok(())
    }

    pub(super) fn longest_delay(&self) -> Duration {
        Duration::from_millis(self.longest_delay_milliseconds)
    }

    pub(super) fn progress_interval(&self) -> Duration {
        Duration::from_millis(self.progress_milliseconds.max(1))
    }

    pub(super) fn level_report_interval(&self) -> Duration {
        Duration::from_millis(self.level_report_milliseconds)
    }

    pub(super) fn stale_after(&self) -> Duration {
        Duration::from_millis(self.stale_after_milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_is_written_in_a_flag_as_in_a_file() {
        for mode in LimiterMode::ALL {
            assert_eq!(mode.to_string().parse(), Ok(mode));
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.to_string());
        }
        assert_eq!(
            "On".parse::<LimiterMode>().unwrap_err().to_string(),
            "`On` is no mode of the limiter; it is one of `enforce`, `observe` and `off`"
        );
    }

    #[test]
    fn the_defaults_make_sense() {
        assert!(LimiterSettings::default().check().is_ok());
    }

    #[test]
    fn thresholds_out_of_order_are_named() {
        let settings = LimiterSettings { held_soft_percent: 97, ..LimiterSettings::default() };
        assert_eq!(
            settings.check().unwrap_err().to_string(),
            "the limiter's settings do not go together: held_soft_percent is 97 and must be below held_hard_percent, which is 97"
        );
    }

    #[test]
    fn thresholds_that_never_end_are_named() {
        let settings = LimiterSettings { hysteresis_percent: 80, ..LimiterSettings::default() };
        assert!(
            settings
                .check()
                .unwrap_err()
                .to_string()
                .ends_with("hysteresis_percent is 80 and must be below tracked_soft_percent, which is 80")
        );
    }

    #[test]
    fn readings_that_would_be_stale_before_the_next_are_named() {
        let stale = |milliseconds| LimiterSettings {
            stale_after_milliseconds: milliseconds,
            ..LimiterSettings::default()
        };
        assert!(stale(500).check().is_ok());
        assert_eq!(
            stale(250).check().unwrap_err().to_string(),
            "the limiter's settings do not go together: stale_after_milliseconds is 250 and must be at least 500, twice the longest \
             time between two readings"
        );
    }
}
