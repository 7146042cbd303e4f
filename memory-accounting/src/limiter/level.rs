//! How scarce memory is: a pure function of what is in use, what may be, and how scarce it was before.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use super::ledger::Ledger;
use super::limits::{Limits, Thresholds};
use super::settings::LimiterMode;

/// How scarce memory is.
///
/// A limiter goes up as soon as one of its measures reaches a threshold, and down once all of them are 5 points below; see
/// [`LimiterSettings`](super::LimiterSettings) for the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// There is room; nobody waits.
    #[default]
    Normal,
    /// Memory is getting scarce: callers are slowed down, the more the nearer to `Hard`.
    Soft,
    /// Memory is scarce: callers wait, and one at a time is let through now and then.
    Hard,
}

impl Level {
    /// Every level, from the most room to the least.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Soft, Self::Hard];

    /// What becomes of callers, as a part of a sentence.
    pub(super) fn consequence(self, mode: LimiterMode) -> &'static str {
        match (mode, self) {
            (LimiterMode::Off, _) => "the limiter is off",
            (_, Self::Normal) => "callers go on at once",
            (LimiterMode::Observe, Self::Soft) => "callers would be slowed down",
            (LimiterMode::Observe, Self::Hard) => "callers would wait",
            (LimiterMode::Enforce, Self::Soft) => "callers are slowed down",
            (LimiterMode::Enforce, Self::Hard) => "callers wait",
        }
    }
}

/// As it is serialized, such as `hard`.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Normal => "normal",
            Self::Soft => "soft",
            Self::Hard => "hard",
        })
    }
}

/// As it is printed.
impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        let known = Self::ALL.into_iter().find(|level| level.to_string() == text);
        known.ok_or_else(|| UnknownLevel { text: text.to_owned() })
    }
}

/// A text that is no [`Level`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is no level; it is one of `normal`, `soft` and `hard`")]
#[non_exhaustive]
pub struct UnknownLevel {
    /// The text.
    pub text: String,
}

/// Which of its two measures a limiter goes by, where memory is scarce; see [`MemoryLimiter`](super::MemoryLimiter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// What is live or promised, of the effective limit.
    Tracked,
    /// That, and what is beside the heap, of the full limit.
    Held,
}

/// The level by each of the two measures; they have hysteresis of their own.
///
/// Resident memory is no third one. What of it is not held is memory that the allocator retains, or is taken to retain until it has been
/// proved by a purge to be something else, which then is overhead and held ([`Overhead`](super::overhead::Overhead)). A level by the bytes
/// themselves would stay where it is after a burst, because memory that the allocator keeps does not fall by what callers free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Levels {
    tracked: Level,
    held: Level,
}

/// The shortest delay: what a timer of the system can still keep, and little enough to go unnoticed.
const SHORTEST_DELAY: Duration = Duration::from_millis(1);

impl Levels {
    /// The levels that follow on these where `ledger` is in use.
    pub(super) fn next(self, ledger: &Ledger, limits: &Limits) -> Self {
        Self {
            tracked: self.tracked.next(ledger.tracked_bytes(), &limits.tracked),
            held: self.held.next(ledger.held_bytes(), &limits.held),
        }
    }

    /// The scarcest of them.
    pub(super) fn level(self) -> Level {
        self.tracked.max(self.held)
    }

    /// By which measure it is as scarce as that.
    pub(super) fn measure(self) -> Measure {
        if self.held > self.tracked { Measure::Held } else { Measure::Tracked }
    }
}

impl Level {
    fn next(self, bytes: u64, thresholds: &Thresholds) -> Self {
        let up = if bytes >= thresholds.hard {
            Self::Hard
        } else if bytes >= thresholds.soft {
            Self::Soft
        } else {
            Self::Normal
        };
        let still = if bytes >= thresholds.hard_ends {
            Self::Hard
        } else if bytes >= thresholds.soft_ends {
            Self::Soft
        } else {
            Self::Normal
        };
        // Down only as far as its own threshold says; up at once.
        up.max(self.min(still))
    }
}

/// How long a caller waits in [`Level::Soft`]: from a millisecond where that begins, or ends, to `longest` where it becomes hard, by the
/// measure that is further.
pub(super) fn delay(ledger: &Ledger, limits: &Limits, longest: Duration) -> Duration {
    let tracked = way(ledger.tracked_bytes(), &limits.tracked);
    let held = way(ledger.held_bytes(), &limits.held);
    longest.mul_f64(tracked.max(held)).max(SHORTEST_DELAY)
}

/// How far `bytes` is on the way from where soft ends to where hard begins, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a delay need not be exact")]
fn way(bytes: u64, thresholds: &Thresholds) -> f64 {
    let length = thresholds.hard.saturating_sub(thresholds.soft_ends).max(1);
    (bytes.saturating_sub(thresholds.soft_ends) as f64 / length as f64).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const THRESHOLDS: Thresholds = Thresholds { soft: 80, soft_ends: 75, hard: 95, hard_ends: 90 };

    #[test]
    fn a_level_is_read_as_it_is_printed_and_serialized() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.to_string());
        }
        assert_eq!(
            "full".parse::<Level>().unwrap_err().to_string(),
            "`full` is no level; it is one of `normal`, `soft` and `hard`"
        );
    }

    #[test]
    fn it_goes_up_at_once_and_down_five_points_lower() {
        let steps = [
            (79, Level::Normal),
            (80, Level::Soft),
            (75, Level::Soft),
            (74, Level::Normal),
            (95, Level::Hard),
            (90, Level::Hard),
            (89, Level::Soft),
            (94, Level::Soft),
            (95, Level::Hard),
            (10, Level::Normal),
        ];
        let mut level = Level::Normal;
        for (bytes, expected) in steps {
            level = level.next(bytes, &THRESHOLDS);
            assert_eq!(level, expected, "at {bytes}");
        }
    }

    #[test]
    fn it_is_as_scarce_as_the_scarcest_measure() {
        let levels = Levels { tracked: Level::Normal, held: Level::Hard };
        assert_eq!((levels.level(), levels.measure()), (Level::Hard, Measure::Held));
        assert_eq!(Levels { tracked: Level::Hard, ..levels }.measure(), Measure::Tracked);
    }

    #[test]
    fn the_delay_grows_on_the_way_to_hard() {
        let percents = [70, 75, 85, 95, 200].map(|bytes| format!("{:.1}", way(bytes, &THRESHOLDS)));
        assert_eq!(percents, ["0.0", "0.0", "0.5", "1.0", "1.0"]);
    }

    proptest! {
        #[test]
        fn it_changes_only_across_its_own_thresholds(steps in prop::collection::vec(0_u64..120, 0..50)) {
            let Thresholds { soft, soft_ends, hard, hard_ends } = THRESHOLDS;
            let mut level = Level::Normal;
            for bytes in steps {
                let before = level;
                level = before.next(bytes, &THRESHOLDS);
                let stays = match before {
                    Level::Normal => bytes < soft,
                    Level::Soft => (soft_ends..hard).contains(&bytes),
                    Level::Hard => bytes >= hard_ends,
                };
                prop_assert_eq!(level == before, stays, "{:?} to {:?} at {}", before, level, bytes);
                let fits = match level {
                    Level::Normal => bytes < soft,
                    Level::Soft => (soft_ends..hard).contains(&bytes),
                    Level::Hard => bytes >= hard_ends,
                };
                prop_assert!(fits, "{:?} to {:?} at {}", before, level, bytes);
            }
        }
    }
}
