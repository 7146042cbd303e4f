//! What callers and the sampling thread share.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use event_listener::{Event, EventListener};

use super::batches::{BatchNumber, Released, WaiterBatches};
use super::pressure::{Pressure, threshold_bytes};
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;

/// Between two samples while somebody waits: a caller is seldom held longer than it has to be, and reading the usage
/// (some ten microseconds) takes a fraction of a percent of a processor.
const WHILE_WAITING: Duration = Duration::from_millis(5);

/// Between two samples while half of the limit or more is in use, so that the other half is not used up unnoticed by
/// anything that allocates less than some gibibytes a second.
const WHILE_FILLING: Duration = Duration::from_millis(50);

/// Between two samples while there is plenty of room.
const WHILE_AT_EASE: Duration = Duration::from_millis(250);

/// The least time between two samples, however many callers come and go.
pub(super) const CLOSEST: Duration = Duration::from_millis(1);

/// Lets callers through or makes them wait, by the newest sample.
///
/// Callers and the sampling thread wake each other, and neither wake-up can be lost:
///
/// ```text
///  caller                            sampling thread
///  ------                            ---------------
///                                    (1) listens for attention
///  (a) joins a batch, under the lock (2) releases what is due, under the lock
///  (b) notifies attention, if first  (3) waits on (1), for a pause at most
///  (c) waits on its batch            (4) does it all again
/// ```
///
/// Where (a) comes before (2), the thread sees the batch and pauses accordingly. Where it comes after, (b) comes after (1), so (3) ends at once
/// and the next round sees the batch. Only the first caller notifies: while others wait, the thread pauses for a few milliseconds
/// anyway. That (c) misses nothing is the batches' own doing; see [`WaiterBatches`].
#[derive(Debug)]
pub(super) struct Gate {
    limit: usize,
    /// The least usage that makes callers wait.
    threshold: usize,
    /// By the newest sample. A number of its own that guards nothing, so every access is relaxed.
    usage: AtomicUsize,
    queue: Mutex<Queue>,
    /// Notified when the sampling thread has a reason to look before its pause is over.
    attention: Event,
}

#[derive(Debug, Default)]
struct Queue {
    batches: WaiterBatches,
    /// Whether sampling has ended, or is to end. Nobody waits then, because nobody would be released.
    closed: bool,
}

/// What follows from one sample.
#[derive(Debug)]
#[must_use]
pub(super) struct Sample {
    pub(super) released: Released,
    /// How long until the next one.
    pub(super) pause: Duration,
}

impl Gate {
    pub(super) fn new(limit: usize, usage: usize) -> Self {
        Self {
            limit,
            threshold: threshold_bytes(limit),
            usage: AtomicUsize::new(usage),
            queue: Mutex::default(),
            attention: Event::new(),
        }
    }

    pub(super) fn limit_bytes(&self) -> usize {
        self.limit
    }

    pub(super) fn usage_bytes(&self) -> usize {
        self.usage.load(Ordering::Relaxed)
    }

    pub(super) fn pressure(&self) -> Pressure {
        Pressure::of(self.usage_bytes(), self.limit)
    }

    pub(super) fn waiting(&self) -> usize {
        lock(&self.queue).batches.members()
    }

    /// Whether callers may go on at once.
    pub(super) fn has_room(&self) -> bool {
        self.usage_bytes() < self.threshold
    }

    /// Begins to wait; `None` where nobody would end it.
    pub(super) fn enter(&self, now: Instant) -> Option<Waiter<'_>> {
        // A batch is shared by callers of several components, so it belongs to none.
        let _guard = AllocationGroupToken::root().enter();
        let mut queue = lock(&self.queue);
        if queue.closed {
            return None;
        }
        let membership = queue.batches.join(now);
        drop(queue);
        if membership.first {
            self.attention.notify(1);
        }
        Some(Waiter { gate: self, batch: membership.number, listener: Some(membership.listener) })
    }

    /// Takes in a reading made at `now`; `None` once the gate is closed.
    pub(super) fn sample(&self, reading: Option<usize>, now: Instant) -> Option<Sample> {
        let usage = reading.unwrap_or_else(|| self.usage_bytes());
        self.usage.store(usage, Ordering::Relaxed);
        let delay = Pressure::of(usage, self.limit).delay();
        let mut queue = lock(&self.queue);
        if queue.closed {
            return None;
        }
        let released = queue.batches.release_due(now, delay);
        let pause = pause(usage, self.limit, queue.batches.until_due(now, delay));
        Some(Sample { released, pause })
    }

    /// Ends sampling and releases everybody; who comes later is let through.
    pub(super) fn close(&self) {
        let mut queue = lock(&self.queue);
        queue.closed = true;
        let released = queue.batches.release_all();
        drop(queue);
        released.wake();
        self.attention.notify(1);
    }

    /// Ends when the sampling thread has a reason to look. Reasons count from here on, so make it before a sample
    /// and wait on it afterwards.
    pub(super) fn attention(&self) -> EventListener {
        self.attention.listen()
    }
}

/// How long to pause after a sample. `until_due` is how long the first of those who wait still has to.
fn pause(usage: usize, limit: usize, until_due: Option<Duration>) -> Duration {
    match until_due {
        Some(remaining) => remaining.clamp(CLOSEST, WHILE_WAITING),
        None if usage >= limit.div_ceil(2) => WHILE_FILLING,
        None => WHILE_AT_EASE,
    }
}

/// One caller that waits. Dropping it leaves its batch.
#[derive(Debug)]
#[must_use]
pub(super) struct Waiter<'a> {
    gate: &'a Gate,
    batch: BatchNumber,
    /// Taken when it is awaited.
    listener: Option<EventListener>,
}

impl Waiter<'_> {
    pub(super) async fn released(mut self) {
        if let Some(listener) = self.listener.take() {
            listener.await;
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        lock(&self.gate.queue).batches.leave(self.batch);
    }
}

#[cfg(test)]
mod tests;
