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
    thread.spawn(move || AllocationGroupToken::root().scope(|| run(&gate, usage)))?;
    Ok(())
}

fn run(gate: &Gate, mut usage: impl FnMut() -> Option<usize>) {
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
        thread::sleep(CLOSEST.saturating_sub(now.elapsed()));
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

/// Lets everybody through when sampling ends, also by a panic.
struct CloseOnDrop<'a> {
    gate: &'a Gate,
}

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.gate.close();
    }
}
