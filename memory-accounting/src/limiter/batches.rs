//! Who waits, in batches.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use event_listener::{Event, EventListener};

/// Those who wait: all that came between two samples are one batch, and go on together.
///
/// So the sampling thread looks at a few batches, however many callers there are, and wakes each caller once.
///
/// No wake-up is lost. A caller joins under the lock that releasing needs too, and has the listener of its batch when it lets go of
/// the lock. A batch is taken out under the lock and notified afterwards, so whoever was in it listens by then, also where it has
/// not yet begun to wait; and whoever comes after the lock was free again joins another batch.
#[derive(Debug, Default)]
pub(super) struct WaiterBatches {
    /// Oldest first.
    batches: VecDeque<WaiterBatch>,
    next: BatchNumber,
}

/// Names a batch; the later one has the greater number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BatchNumber(u64);

#[derive(Debug)]
struct WaiterBatch {
    number: BatchNumber,
    /// When the last of its members came: nobody goes on earlier than all of them may.
    complete_at: Instant,
    members: usize,
    /// Whether others may still join; they may until the next sample.
    open: bool,
    event: Event,
}

/// That a caller is in a batch.
#[derive(Debug)]
pub(super) struct Membership {
    pub(super) number: BatchNumber,
    /// Whether nobody was waiting before.
    pub(super) first: bool,
    pub(super) listener: EventListener,
}

/// Batches that are to go on; taken out of [`WaiterBatches`], so that their members are woken without a lock.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Released(Vec<WaiterBatch>);

impl Released {
    pub(super) fn wake(self) {
        for batch in self.0 {
            batch.event.notify(usize::MAX);
        }
    }
}

impl WaiterBatches {
    /// Joins the batch that is still open, or begins one.
    pub(super) fn join(&mut self, now: Instant) -> Membership {
        let first = self.batches.is_empty();
        if let Some(batch) = self.batches.back_mut().filter(|batch| batch.open) {
            batch.members = batch.members.saturating_add(1);
            batch.complete_at = batch.complete_at.max(now);
            return Membership { number: batch.number, first, listener: batch.event.listen() };
        }
        let event = Event::new();
        let (number, listener) = (self.next, event.listen());
        self.next = BatchNumber(number.0.wrapping_add(1));
        self.batches.push_back(WaiterBatch { number, complete_at: now, members: 1, open: true, event });
        Membership { number, first, listener }
    }

    /// Leaves a batch. A batch that was released already is not here any more.
    pub(super) fn leave(&mut self, number: BatchNumber) {
        let Ok(index) = self.batches.binary_search_by_key(&number, |batch| batch.number) else { return };
        let Some(batch) = self.batches.get_mut(index) else { return };
        batch.members = batch.members.saturating_sub(1);
        if batch.members == 0 {
            self.batches.remove(index);
        }
    }

    /// Takes out the batches that have waited for `delay`. Whoever joins later begins a new one.
    pub(super) fn release_due(&mut self, now: Instant, delay: Duration) -> Released {
        if let Some(last) = self.batches.back_mut() {
            last.open = false;
        }
        let due = self.batches.partition_point(|batch| batch.remaining(now, delay).is_zero());
        Released(self.batches.drain(..due).collect())
    }

    /// Takes out all batches.
    pub(super) fn release_all(&mut self) -> Released {
        Released(self.batches.drain(..).collect())
    }

    /// How long it takes until a batch has waited for `delay`; `None` where nobody waits.
    pub(super) fn until_due(&self, now: Instant, delay: Duration) -> Option<Duration> {
        self.batches.front().map(|batch| batch.remaining(now, delay))
    }

    /// How many wait.
    pub(super) fn members(&self) -> usize {
        self.batches.iter().fold(0, |members, batch| members.saturating_add(batch.members))
    }
}

impl WaiterBatch {
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
        released.0.iter().map(|batch| batch.number.0).collect()
    }

    #[test]
    fn those_who_come_between_two_samples_share_a_batch() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let memberships = [batches.join(start), batches.join(start)];
        assert_eq!(
            memberships.each_ref().map(|membership| (membership.number.0, membership.first)),
            [(0, true), (0, false)]
        );
        assert!(numbers(&batches.release_due(start, DELAY)).is_empty());
        assert_eq!(batches.join(start).number.0, 1);
        assert_eq!(batches.members(), 3);
    }

    #[test]
    fn a_batch_goes_on_when_its_last_member_has_waited_long_enough() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let memberships = [batches.join(start), batches.join(after(start, 10))];
        assert_eq!(batches.until_due(after(start, 10), DELAY), Some(DELAY));
        assert!(numbers(&batches.release_due(after(start, 59), DELAY)).is_empty());
        batches.release_due(after(start, 60), DELAY).wake();
        assert_eq!(batches.until_due(start, DELAY), None);
        for membership in memberships {
            assert!(membership.listener.wait_timeout(Duration::ZERO).is_some());
        }
    }

    #[test]
    fn an_older_batch_goes_on_first() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let _old = batches.join(start);
        assert!(numbers(&batches.release_due(start, DELAY)).is_empty());
        let young = batches.join(after(start, 30));
        assert_eq!(numbers(&batches.release_due(after(start, 50), DELAY)), [0]);
        assert!(young.listener.wait_timeout(Duration::ZERO).is_none());
        assert_eq!(batches.until_due(after(start, 50), DELAY), Some(Duration::from_millis(30)));
    }

    #[test]
    fn without_delay_everybody_goes_on() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let _membership = batches.join(after(start, 1));
        assert_eq!(numbers(&batches.release_due(start, Duration::ZERO)), [0]);
    }

    #[test]
    fn a_batch_that_everybody_left_is_gone() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let (one, other) = (batches.join(start), batches.join(start));
        batches.leave(one.number);
        assert_eq!(batches.members(), 1);
        batches.leave(other.number);
        assert_eq!((batches.members(), batches.until_due(start, DELAY)), (0, None));
    }

    #[test]
    fn leaving_after_the_release_touches_no_other_batch() {
        let (mut batches, start) = (WaiterBatches::default(), Instant::now());
        let released = batches.join(start);
        assert_eq!(numbers(&batches.release_all()), [0]);
        let _waiting = batches.join(start);
        batches.leave(released.number);
        assert_eq!(batches.members(), 1);
    }
}
