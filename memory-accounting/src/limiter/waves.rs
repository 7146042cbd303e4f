//! Who waits, in waves.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use event_listener::{Event, EventListener};

/// Those who wait: all that came between two samples form one wave, and go on together.
///
/// So the sampling thread looks at a few waves, however many callers there are, and wakes each caller once.
#[derive(Debug, Default)]
pub(super) struct Waves {
    /// Oldest first.
    waves: VecDeque<Wave>,
    next: WaveNumber,
}

/// Names a wave; the later one has the greater number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WaveNumber(u64);

#[derive(Debug)]
struct Wave {
    number: WaveNumber,
    /// When the last of its members came: nobody goes on earlier than all of them may.
    complete_at: Instant,
    members: usize,
    /// Whether others may still join; they may until the next sample.
    open: bool,
    event: Event,
}

/// A place in a wave.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) number: WaveNumber,
    /// Whether nobody was waiting before.
    pub(super) first: bool,
    pub(super) listener: EventListener,
}

/// Waves that are to go on; taken out of [`Waves`], so that their members are woken without a lock.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Released(Vec<Wave>);

impl Released {
    pub(super) fn wake(self) {
        for wave in self.0 {
            wave.event.notify(usize::MAX);
        }
    }
}

impl Waves {
    /// Joins the wave that is still open, or begins one.
    pub(super) fn join(&mut self, now: Instant) -> Place {
        let first = self.waves.is_empty();
        if let Some(wave) = self.waves.back_mut().filter(|wave| wave.open) {
            wave.members = wave.members.saturating_add(1);
            wave.complete_at = wave.complete_at.max(now);
            return Place { number: wave.number, first, listener: wave.event.listen() };
        }
        let event = Event::new();
        let (number, listener) = (self.next, event.listen());
        self.next = WaveNumber(number.0.wrapping_add(1));
        self.waves.push_back(Wave { number, complete_at: now, members: 1, open: true, event });
        Place { number, first, listener }
    }

    /// Gives a place up. A wave that was released already is not here any more.
    pub(super) fn leave(&mut self, number: WaveNumber) {
        let Ok(index) = self.waves.binary_search_by_key(&number, |wave| wave.number) else { return };
        let Some(wave) = self.waves.get_mut(index) else { return };
        wave.members = wave.members.saturating_sub(1);
        if wave.members == 0 {
            self.waves.remove(index);
        }
    }

    /// Takes out the waves that have waited for `delay`. Whoever joins later begins a new one.
    pub(super) fn release_due(&mut self, now: Instant, delay: Duration) -> Released {
        if let Some(last) = self.waves.back_mut() {
            last.open = false;
        }
        let due = self.waves.partition_point(|wave| wave.remaining(now, delay).is_zero());
        Released(self.waves.drain(..due).collect())
    }

    /// Takes out all waves.
    pub(super) fn release_all(&mut self) -> Released {
        Released(self.waves.drain(..).collect())
    }

    /// How long it takes until a wave has waited for `delay`; `None` where nobody waits.
    pub(super) fn until_due(&self, now: Instant, delay: Duration) -> Option<Duration> {
        self.waves.front().map(|wave| wave.remaining(now, delay))
    }

    /// How many wait.
    pub(super) fn members(&self) -> usize {
        self.waves.iter().fold(0, |members, wave| members.saturating_add(wave.members))
    }
}

impl Wave {
    fn remaining(&self, now: Instant, delay: Duration) -> Duration {
        delay.saturating_sub(now.saturating_duration_since(self.complete_at))
    }
}

#[cfg(test)]
mod tests {
    use event_listener::Listener;

    use super::*;

    const DELAY: Duration = Duration::from_millis(50);

    fn after(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    fn numbers(released: &Released) -> Vec<u64> {
        released.0.iter().map(|wave| wave.number.0).collect()
    }

    #[test]
    fn those_who_come_between_two_samples_share_a_wave() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let places = [waves.join(start), waves.join(start)];
        assert_eq!(places.each_ref().map(|place| (place.number.0, place.first)), [(0, true), (0, false)]);
        assert!(numbers(&waves.release_due(start, DELAY)).is_empty());
        assert_eq!(waves.join(start).number.0, 1);
        assert_eq!(waves.members(), 3);
    }

    #[test]
    fn a_wave_goes_on_when_its_last_member_has_waited_long_enough() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let places = [waves.join(start), waves.join(after(start, 10))];
        assert_eq!(waves.until_due(after(start, 10), DELAY), Some(DELAY));
        assert!(numbers(&waves.release_due(after(start, 59), DELAY)).is_empty());
        waves.release_due(after(start, 60), DELAY).wake();
        assert_eq!(waves.until_due(start, DELAY), None);
        for place in places {
            assert!(place.listener.wait_timeout(Duration::ZERO).is_some());
        }
    }

    #[test]
    fn an_older_wave_goes_on_first() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let _old = waves.join(start);
        assert!(numbers(&waves.release_due(start, DELAY)).is_empty());
        let young = waves.join(after(start, 30));
        assert_eq!(numbers(&waves.release_due(after(start, 50), DELAY)), [0]);
        assert!(young.listener.wait_timeout(Duration::ZERO).is_none());
        assert_eq!(waves.until_due(after(start, 50), DELAY), Some(Duration::from_millis(30)));
    }

    #[test]
    fn without_delay_everybody_goes_on() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let _place = waves.join(after(start, 1));
        assert_eq!(numbers(&waves.release_due(start, Duration::ZERO)), [0]);
    }

    #[test]
    fn a_wave_that_everybody_left_is_gone() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let (one, other) = (waves.join(start), waves.join(start));
        waves.leave(one.number);
        assert_eq!(waves.members(), 1);
        waves.leave(other.number);
        assert_eq!((waves.members(), waves.until_due(start, DELAY)), (0, None));
    }

    #[test]
    fn leaving_after_the_release_touches_no_other_wave() {
        let (mut waves, start) = (Waves::default(), Instant::now());
        let released = waves.join(start);
        assert_eq!(numbers(&waves.release_all()), [0]);
        let _waiting = waves.join(start);
        waves.leave(released.number);
        assert_eq!(waves.members(), 1);
    }
}
