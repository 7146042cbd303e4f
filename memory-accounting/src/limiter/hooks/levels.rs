//! Telling a program that the level is another one.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::worker::{Callback, Work, Worker};
use crate::limiter::admission::Admission;
use crate::limiter::largest::MostHave;
use crate::limiter::level::Level;
use crate::limiter::state::LimiterState;
use crate::lock::lock;

/// What a program is told when the level is another one; see [`MemoryLimiter::on_level`](crate::MemoryLimiter::on_level).
///
/// Printed, it is one line; as JSON, it has all that the limiter knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LevelReport {
    /// The level that was told before; [`Level::Normal`] at first.
    pub before: Level,
    /// The level now.
    pub level: Level,
    /// What the limiter knows now.
    pub state: LimiterState,
    /// Who has most, at most five: names of allocation groups, which are those of components, and live bytes.
    pub largest: Vec<(String, u64)>,
}

impl fmt::Display for LevelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { before, level, state, largest } = self;
        write!(f, "memory is {level}, was {before}: {state}{}", MostHave(largest))
    }
}

/// Which changes are told, to a program and as events: each one, but no level twice within an interval.
#[derive(Debug, Default)]
pub(in crate::limiter) struct News {
    last: Level,
    told_at: BTreeMap<Level, Instant>,
}

impl News {
    /// When `level` is to be told; `None` where it is not news.
    fn due(&self, level: Level, interval: Duration) -> Option<Due> {
        if level == self.last {
            return None;
        }
        let again = self.told_at.get(&level).and_then(|at| at.checked_add(interval));
        Some(again.map_or(Due::Now, Due::At))
    }

    fn told(&mut self, level: Level, now: Instant) {
        self.last = level;
        self.told_at.insert(level, now);
    }

    /// Whether `level` is to be told now; then it has been.
    #[cfg(feature = "tracing")]
    pub(in crate::limiter) fn is_due(&mut self, level: Level, interval: Duration, now: Instant) -> bool {
        let is_due = match self.due(level, interval) {
            None => false,
            Some(Due::Now) => true,
            Some(Due::At(at)) => now >= at,
        };
        if is_due {
            self.told(level, now);
        }
        is_due
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Now,
    At(Instant),
}

/// One who is told, with its thread.
#[derive(Debug)]
pub(super) struct Listener {
    worker: Worker<LevelReport>,
    interval: Duration,
    news: Mutex<News>,
}

impl Listener {
    pub(super) fn new(
        callback: Callback<LevelReport>,
        admission: Arc<Admission>,
        interval: Duration,
    ) -> Self {
        Self { worker: Worker::new(admission, callback), interval, news: Mutex::default() }
    }

    /// Tells it that the level is `level`, if that is due. Returns when it will be.
    ///
    /// One that is at the last report still is told when it has returned.
    pub(super) fn tell(
        &self,
        level: Level,
        now: Instant,
        report: impl FnOnce(Level) -> LevelReport,
    ) -> Option<Instant> {
        if self.worker.is_busy() {
            return None;
        }
        let (due, before) = {
            let news = lock(&self.news);
            (news.due(level, self.interval), news.last)
        };
        match due? {
            Due::At(at) if now < at => Some(at),
            Due::Now | Due::At(_) => {
                if self.worker.give(report(before)) {
                    lock(&self.news).told(level, now);
                }
                None
            }
        }
    }
}

impl Work for Listener {
    type Job = LevelReport;

    fn worker(&self) -> &Worker<LevelReport> {
        &self.worker
    }

    fn work(&self, report: &LevelReport, callback: &dyn Fn(&LevelReport)) {
        let counters = &self.worker.admission().counters;
        counters.level_reports.increment();
        if catch_unwind(AssertUnwindSafe(|| callback(report))).is_err() {
            counters.level_panics.increment();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_told_once_and_no_level_twice_within_the_interval() {
        const INTERVAL: Duration = Duration::from_secs(1);
        let start = Instant::now();
        let mut news = News::default();
        #[cfg(feature = "tracing")]
        let mut of_events = News::default();
        let is_due = |due: Option<Due>, now| due == Some(Due::Now) || due == Some(Due::At(now));
        let at = |milliseconds: u64| start + Duration::from_millis(milliseconds);
        let steps = [
            (0, Level::Normal, None),
            (10, Level::Soft, Some(Due::Now)),
            (20, Level::Hard, Some(Due::Now)),
            (30, Level::Hard, None),
            (40, Level::Soft, Some(Due::At(at(1010)))),
            (50, Level::Hard, None),
            (1010, Level::Soft, Some(Due::At(at(1010)))),
            (1011, Level::Normal, Some(Due::Now)),
        ];
        for (milliseconds, level, expected) in steps {
            let now = at(milliseconds);
            #[cfg(feature = "tracing")]
            assert_eq!(of_events.is_due(level, INTERVAL, now), is_due(expected, now), "an event");
            let due = news.due(level, INTERVAL);
            assert_eq!(due, expected, "{level:?} after {milliseconds} ms");
            if is_due(due, now) {
                news.told(level, now);
            }
        }
    }
}
