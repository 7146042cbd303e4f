//! Levels, each of which was there at some time.

use super::Reading;
use super::metric::add;

/// The latest level known.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    level: f64,
    /// When it was that, in seconds since 1970: as the sender says, or when it came.
    time: u64,
    is_dated_by_sender: bool,
}

impl Gauge {
    /// Takes the time of what is sent next, at `now`. `false` where that is from before what is known.
    #[must_use]
    pub(super) fn date(&mut self, time: Option<u64>, now: u64) -> bool {
        if time.is_some_and(|time| time < self.time) {
            return false;
        }
        self.time = time.unwrap_or(now);
        self.is_dated_by_sender = time.is_some();
        true
    }

    pub(super) fn set(&mut self, level: f64) {
        self.level = level;
    }

    pub(super) fn change(&mut self, by: f64) {
        self.level = add(self.level, by);
    }

    /// The time is shown where the sender gave it: what is scraped otherwise is from now.
    pub(super) fn read(&self) -> Reading {
        if self.is_dated_by_sender {
            Reading::Dated(self.level, self.time)
        } else {
            Reading::Value(self.level)
        }
    }
}
