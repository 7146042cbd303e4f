//! The thread that samples for a limiter.

use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{io, thread};

use event_listener::EventListener;
#[cfg(not(target_family = "wasm"))]
use event_listener::Listener;

use super::gate::{CLOSEST, Gate};
#[cfg(feature = "tracing")]
use super::level_events::LevelEvents;
use crate::allocator::AllocationGroupToken;

/// Starts a thread that samples until `gate` is closed.
///
/// Nobody waits for it to end: that could be inside a waker, on the thread itself.
pub(super) fn start(
    gate: Arc<Gate>,
    usage: impl FnMut() -> Option<usize> + Send + 'static,
) -> io::Result<()> {
    // At most 15 bytes, the most that Linux shows.
    let thread = thread::Builder::new().name("memory-limiter".to_owned());
    thread.spawn(move || AllocationGroupToken::root().scope(|| run(&gate, usage, thread::sleep)))?;
    Ok(())
}

fn run(gate: &Gate, mut usage: impl FnMut() -> Option<usize>, sleep: impl Fn(Duration)) {
    let _closes = CloseOnDrop { gate };
    #[cfg(feature = "tracing")]
    let mut events = LevelEvents::default();
    loop {
        let attention = gate.attention();
        let reading = usage();
        let now = Instant::now();
        let Some(sample) = gate.sample(reading, now) else { return };
        sample.released.wake();
        #[cfg(feature = "tracing")]
        events.sampled(gate.usage_bytes(), gate.limit_bytes(), now);
        pause(attention, sample.pause);
        // Callers that come and go at once must not keep this thread busy.
        sleep(until_next(now.elapsed()));
    }
}

/// Waits for a reason to look, or until the time is over.
fn pause(attention: EventListener, time: Duration) {
    #[cfg(not(target_family = "wasm"))]
    attention.wait_timeout(time);
    // Never reached where there are no threads. Where there are, `event-listener` does not wait on them.
    #[cfg(target_family = "wasm")]
    {
        drop(attention);
        thread::sleep(time);
    }
}

/// How long it takes until another sample may be taken, where one was that long ago.
fn until_next(since_last: Duration) -> Duration {
    CLOSEST.saturating_sub(since_last)
}

/// Lets everybody through when sampling ends, also by a panic.
struct CloseOnDrop<'a> {
    gate: &'a Gate,
}

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.gate.close();
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn another_sample_is_taken_a_while_after_the_last_one() {
        let milliseconds = Duration::from_millis;
        assert_eq!(until_next(Duration::ZERO), CLOSEST);
        assert_eq!(until_next(CLOSEST.saturating_sub(Duration::from_nanos(1))), Duration::from_nanos(1));
        assert_eq!(until_next(milliseconds(500)), Duration::ZERO);
    }

    #[test]
    fn callers_that_come_and_go_at_once_are_no_reason_to_sample_at_once() {
        const SAMPLES: usize = 3;
        let gate = Gate::new(1000, 1000);
        let (samples, sleeps) = (Cell::new(0), Cell::new(0));
        let usage = || {
            assert_eq!(sleeps.get(), samples.get(), "it sleeps between two samples");
            assert!(samples.get() < SAMPLES, "it ends when the gate is closed");
            samples.set(samples.get() + 1);
            // A caller that leaves nobody waiting calls the thread again each time.
            drop(gate.enter(Instant::now()));
            if samples.get() == SAMPLES {
                gate.close();
            }
            Some(1000)
        };
        run(&gate, usage, |_| sleeps.set(sleeps.get() + 1));
        assert_eq!((samples.get(), sleeps.get()), (SAMPLES, SAMPLES - 1));
    }
}
