//! Trying again what was of no use, more and more seldom.

use std::time::{Duration, Instant};

/// When something may be tried again: a pure function of what came of it, and when.
#[derive(Debug)]
pub(super) struct Backoff {
    shortest: Duration,
    longest: Duration,
    pause: Duration,
    until: Option<Instant>,
}

impl Backoff {
    /// From `shortest` on, doubling up to `longest`.
    pub(super) const fn new(shortest: Duration, longest: Duration) -> Self {
        Self { shortest, longest, pause: Duration::ZERO, until: None }
    }

    /// It was tried, and of no use.
    pub(super) fn failed(&mut self, now: Instant) {
        self.pause = self.pause.saturating_mul(2).clamp(self.shortest, self.longest);
        self.until = now.checked_add(self.pause);
    }

    /// It was tried, and of use: it may be tried again after `pause`.
    pub(super) fn succeeded(&mut self, now: Instant, pause: Duration) {
        self.pause = Duration::ZERO;
        self.until = now.checked_add(pause);
    }

    /// There is no reason to try it at the moment: the next reason is another one.
    pub(super) fn not_needed(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// Until when it is not to be tried, where that is not over.
    pub(super) fn until(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn milliseconds(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    /// How long it is not to be tried from `now` on.
    fn pause(backoff: &Backoff, now: Instant) -> Duration {
        backoff.until(now).map_or(Duration::ZERO, |until| until - now)
    }

    #[test]
    fn the_pause_doubles_up_to_the_longest_until_it_is_of_use() {
        let (mut backoff, now) = (Backoff::new(milliseconds(100), milliseconds(300)), Instant::now());
        assert_eq!(backoff.until(now), None);
        let pauses = [(); 3].map(|()| {
            backoff.failed(now);
            pause(&backoff, now)
        });
        assert_eq!(pauses, [100, 200, 300].map(milliseconds));
        backoff.succeeded(now, milliseconds(10));
        assert_eq!(pause(&backoff, now), milliseconds(10));
        backoff.failed(now);
        assert_eq!(pause(&backoff, now), milliseconds(100));
        assert_eq!(backoff.until(now + milliseconds(100)), None);
    }

    #[test]
    fn another_reason_begins_with_the_shortest_pause_but_keeps_the_one_under_way() {
        let (mut backoff, now) = (Backoff::new(milliseconds(100), milliseconds(300)), Instant::now());
        backoff.failed(now);
        backoff.failed(now);
        backoff.not_needed();
        assert_eq!(pause(&backoff, now), milliseconds(200));
        backoff.failed(now);
        assert_eq!(pause(&backoff, now), milliseconds(100));
    }
}
