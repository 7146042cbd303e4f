//! Changes of pressure as `tracing` events.

use std::time::{Duration, Instant};

use super::pressure::{Pressure, PressureLevel};

/// The least time between two events, so that usage which swings around a threshold does not flood the log.
const CLOSEST: Duration = Duration::from_secs(1);

/// Remembers what was last told.
#[derive(Debug, Default)]
pub(super) struct LevelEvents {
    told: Option<(PressureLevel, Instant)>,
}

impl LevelEvents {
    /// Emits an event if the level is another than the one last told.
    pub(super) fn sampled(&mut self, usage_bytes: usize, limit_bytes: usize, now: Instant) {
        let pressure = Pressure::of(usage_bytes, limit_bytes);
        if !self.is_news(pressure.level(), now) {
            return;
        }
        let delay = pressure.delay();
        match pressure.level() {
            PressureLevel::None => {
                tracing::info!(usage_bytes, limit_bytes, "memory pressure is gone");
            }
            PressureLevel::Rising => {
                tracing::info!(usage_bytes, limit_bytes, ?delay, "memory pressure is rising");
            }
            PressureLevel::Full => {
                tracing::warn!(usage_bytes, limit_bytes, ?delay, "memory usage has reached the limit");
            }
        }
    }

    /// Whether `level` is to be told. That there is no pressure to begin with is not news.
    fn is_news(&mut self, level: PressureLevel, now: Instant) -> bool {
        let news = match self.told {
            None => level != PressureLevel::None,
            Some((told, at)) => told != level && now.saturating_duration_since(at) >= CLOSEST,
        };
        if news {
            self.told = Some((level, now));
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_told_once_and_a_swing_within_a_second_is_not() {
        let start = Instant::now();
        let mut events = LevelEvents::default();
        let samples = [
            (PressureLevel::None, 0, false),
            (PressureLevel::Full, 10, true),
            (PressureLevel::Full, 20, false),
            (PressureLevel::None, 1009, false),
            (PressureLevel::Full, 1010, false),
            (PressureLevel::Rising, 1011, true),
            (PressureLevel::None, 2011, true),
        ];
        for (level, milliseconds, news) in samples {
            let now = start + Duration::from_millis(milliseconds);
            assert_eq!(events.is_news(level, now), news, "{level:?} after {milliseconds} ms");
        }
    }
}
