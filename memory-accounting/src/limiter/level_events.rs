//! Changes of pressure, and the end of a limiter, as `tracing` events.

use std::time::{Duration, Instant};

use super::admission::Overview;
use super::level::Level;

/// The least time between two events, so that usage which swings around a threshold does not flood the log.
const CLOSEST: Duration = Duration::from_secs(1);

/// Remembers what was last told.
#[derive(Debug, Default)]
pub(super) struct LevelEvents {
    told: Option<(Level, Instant)>,
}

impl LevelEvents {
    /// Emits an event if the level is another than the one last told.
    pub(super) fn sampled(&mut self, overview: &Overview, now: Instant) {
        let Overview { mode, level, ledger, limits, waiting, .. } = overview;
        if !self.is_news(*level, now) {
            return;
        }
        let (tracked_bytes, held_bytes) = (ledger.tracked_bytes(), ledger.held_bytes());
        let (effective_bytes, full_bytes) = (limits.effective_bytes, limits.full_bytes);
        let consequence = level.consequence(*mode);
        match level {
            Level::Normal => {
                tracing::info!(
                    tracked_bytes,
                    held_bytes,
                    effective_bytes,
                    full_bytes,
                    "memory is no longer scarce"
                );
            }
            Level::Soft => {
                tracing::info!(
                    tracked_bytes,
                    held_bytes,
                    effective_bytes,
                    full_bytes,
                    waiting,
                    "memory is getting scarce: {consequence}"
                );
            }
            Level::Hard => {
                tracing::warn!(
                    tracked_bytes,
                    held_bytes,
                    effective_bytes,
                    full_bytes,
                    waiting,
                    "memory is scarce: {consequence}"
                );
            }
        }
    }

    /// Whether `level` is to be told. That there is no pressure to begin with is not news.
    fn is_news(&mut self, level: Level, now: Instant) -> bool {
        let news = match self.told {
            None => level != Level::Normal,
            Some((told, at)) => told != level && now.saturating_duration_since(at) >= CLOSEST,
        };
        if news {
            self.told = Some((level, now));
        }
        news
    }
}

/// A limiter is no more. Reservations that are held then may have been forgotten.
pub(super) fn ended(overview: &Overview) {
    let (reservations, unfilled_bytes) = (overview.holders, overview.ledger.unfilled_bytes);
    if reservations > 0 {
        tracing::warn!(reservations, unfilled_bytes, "a limiter has ended while reservations of it are held");
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
            (Level::Normal, 0, false),
            (Level::Hard, 10, true),
            (Level::Hard, 20, false),
            (Level::Normal, 1009, false),
            (Level::Hard, 1010, false),
            (Level::Soft, 1011, true),
            (Level::Normal, 2011, true),
        ];
        for (level, milliseconds, news) in samples {
            let now = start + Duration::from_millis(milliseconds);
            assert_eq!(events.is_news(level, now), news, "{level:?} after {milliseconds} ms");
        }
    }
}
