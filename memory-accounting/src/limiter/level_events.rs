//! Changes of pressure, and the end of a limiter, as `tracing` events.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::admission::Overview;
use super::hooks::News;
use super::level::Level;

/// Remembers what was last told.
#[derive(Debug)]
pub(super) struct LevelEvents {
    news: News,
    interval: Duration,
}

impl LevelEvents {
    pub(super) fn new(interval: Duration) -> Self {
        Self { news: News::default(), interval }
    }

    /// Emits an event if the level is another than the one last told.
    pub(super) fn sampled(&mut self, overview: &Overview, now: Instant) {
        if self.news.is_due(overview.level, self.interval, now) {
            caught(|| changed(overview));
        }
    }
}

fn changed(overview: &Overview) {
    let Overview { mode, level, ledger, limits, waiting, .. } = overview;
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

/// A limiter is no more. Reservations that are held then may have been forgotten.
pub(super) fn ended(overview: &Overview) {
    let (reservations, unfilled_bytes) = (overview.holders, overview.ledger.unfilled_bytes);
    if reservations > 0 {
        caught(|| {
            tracing::warn!(
                reservations,
                unfilled_bytes,
                "a limiter has ended while reservations of it are held"
            );
        });
    }
}

/// A subscriber is the program's own code: its panic is not the end of a thread of the limiter's, or of whoever drops it.
fn caught(emit: impl FnOnce()) {
    let _ = catch_unwind(AssertUnwindSafe(emit));
}
