//! The time of the thread that runs a test.

use std::cell::Cell;
use std::time::Instant;

thread_local! {
    static NOW: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The time that was [`set`]; before that, the time of day.
pub(super) fn now() -> Instant {
    NOW.get().unwrap_or_else(Instant::now)
}

pub(super) fn set(now: Instant) {
    NOW.set(Some(now));
}
