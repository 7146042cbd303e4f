//! The simple curve: how long to wait, as a pure function of usage and limit.

use std::time::Duration;

use serde::Serialize;

/// The part of the limit, as one over this number, in which callers are slowed down.
///
/// A program at its declared firm limit runs close to its grant in good health, so most of the grant must be free of
/// delay; a tenth still leaves room for what is in flight while the delay takes hold.
const PRESSED_PART: usize = 10;

/// The shortest delay: what a timer of the system can still keep, and little enough to go unnoticed.
const SHORTEST_DELAY: Duration = Duration::from_millis(1);

/// The longest delay: a caller that takes one packet of 64 KiB after each is held to some 640 KiB a second, while
/// health checks, which give up after a second at the earliest, still get through.
const LONGEST_DELAY: Duration = Duration::from_millis(100);

/// How near usage is to the limit, and how long to wait because of that: a simple curve for code that has its own usage and its own way of
/// waiting. [`MemoryLimiter`](super::MemoryLimiter) does more, and does not go by it.
///
/// Below nine tenths of the limit there is no delay. From there it rises in proportion from 1 millisecond to 100
/// milliseconds at the limit, and stays there above it.
///
/// ```
/// use std::time::Duration;
///
/// use memory_accounting::{Pressure, PressureLevel};
///
/// assert_eq!(Pressure::of(899, 1000), Pressure::NONE);
/// assert_eq!(Pressure::of(950, 1000).level(), PressureLevel::Rising);
/// assert_eq!(Pressure::of(1000, 1000).delay(), Duration::from_millis(100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressure {
    level: PressureLevel,
    delay: Duration,
}

/// Which part of the curve it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PressureLevel {
    /// There is room; nobody waits.
    None,
    /// Usage nears the limit; callers wait for longer and longer.
    Rising,
    /// Usage is at the limit or over it; callers wait for as long as they ever do.
    Full,
}

impl Pressure {
    /// No pressure at all.
    pub const NONE: Self = Self { level: PressureLevel::None, delay: Duration::ZERO };

    /// The pressure of `usage_bytes` in use where `limit_bytes` may be.
    pub fn of(usage_bytes: usize, limit_bytes: usize) -> Self {
        let threshold = threshold_bytes(limit_bytes);
        if usage_bytes >= limit_bytes {
            return Self { level: PressureLevel::Full, delay: LONGEST_DELAY };
        }
        if usage_bytes < threshold {
            return Self::NONE;
        }
        let into = usage_bytes.saturating_sub(threshold) as u128;
        let range = limit_bytes.saturating_sub(threshold) as u128;
        let span = LONGEST_DELAY.saturating_sub(SHORTEST_DELAY);
        let part = span.as_nanos().saturating_mul(into).checked_div(range).unwrap_or(0);
        let part = Duration::from_nanos(u64::try_from(part).unwrap_or(u64::MAX)).min(span);
        Self { level: PressureLevel::Rising, delay: SHORTEST_DELAY.saturating_add(part) }
    }

    /// Which of the three states it is.
    pub fn level(self) -> PressureLevel {
        self.level
    }

    /// How long callers wait; zero where there is no pressure.
    pub fn delay(self) -> Duration {
        self.delay
    }

    /// The delay as a part of the longest there is, from 0 to 1.
    pub fn ratio(self) -> f64 {
        self.delay.div_duration_f64(LONGEST_DELAY)
    }
}

/// The least usage that slows callers down.
pub(super) fn threshold_bytes(limit_bytes: usize) -> usize {
    limit_bytes.saturating_sub(limit_bytes.checked_div(PRESSED_PART).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn milliseconds(usage: usize, limit: usize) -> u128 {
        Pressure::of(usage, limit).delay().as_millis()
    }

    #[test]
    fn the_delay_rises_from_nine_tenths_to_the_limit() {
        assert_eq!(
            [0, 899, 900, 950, 999, 1000].map(|usage| milliseconds(usage, 1000)),
            [0, 0, 1, 50, 99, 100]
        );
    }

    #[test]
    fn the_level_says_which_part_it_is_in() {
        let levels = [899, 900, 999, 1000].map(|usage| Pressure::of(usage, 1000).level());
        let expected =
            [PressureLevel::None, PressureLevel::Rising, PressureLevel::Rising, PressureLevel::Full];
        assert_eq!(levels, expected);
    }

    #[test]
    fn far_over_the_limit_is_as_bad_as_at_it() {
        assert_eq!(Pressure::of(usize::MAX, 1000), Pressure::of(1000, 1000));
    }

    #[test]
    fn a_limit_of_zero_is_always_reached() {
        assert_eq!(Pressure::of(0, 0).level(), PressureLevel::Full);
    }

    #[test]
    fn the_ratio_is_zero_without_delay_and_one_at_the_limit() {
        assert_eq!((Pressure::NONE.ratio(), Pressure::of(7, 7).ratio()), (0.0, 1.0));
    }

    proptest! {
        #[test]
        fn more_usage_never_means_less_delay(limit: usize, one: usize, other: usize) {
            let (less, more) = (one.min(other), one.max(other));
            prop_assert!(Pressure::of(less, limit).delay() <= Pressure::of(more, limit).delay());
            prop_assert!(Pressure::of(less, limit).level() <= Pressure::of(more, limit).level());
        }

        #[test]
        fn near_the_limit_too_more_usage_never_means_less_delay(limit in 1_000_usize.., below in 0_usize..200) {
            let usage = limit - below;
            prop_assert!(Pressure::of(usage - 1, limit).delay() <= Pressure::of(usage, limit).delay());
        }

        #[test]
        fn the_delay_stays_between_its_bounds(limit: usize, usage: usize) {
            let pressure = Pressure::of(usage, limit);
            prop_assert!(pressure.delay() <= LONGEST_DELAY);
            prop_assert_eq!(pressure.delay() >= SHORTEST_DELAY, pressure.level() != PressureLevel::None);
            prop_assert_eq!(pressure == Pressure::NONE, usage < threshold_bytes(limit));
        }
    }
}
