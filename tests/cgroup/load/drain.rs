//! The consumer: frees blocks at a fixed rate.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedReceiver;

use super::meter::Meter;

/// How much of the time that went by without work may be made up for. A busy machine keeps a thread from its turn for tens of
/// milliseconds; what is missing because nothing was let in is to be seen.
const CATCH_UP: Duration = Duration::from_millis(100);

/// How far ahead of its rate it may be before it sleeps: a sleep for every block would be less exact.
const AHEAD: Duration = Duration::from_millis(2);

/// Frees what comes through a queue, a fixed number of bytes a second by the clock.
pub(super) struct Drain {
    rate: usize,
    blocks: UnboundedReceiver<Vec<u8>>,
    meter: Arc<Meter>,
}

impl Drain {
    pub(super) fn new(rate: usize, blocks: UnboundedReceiver<Vec<u8>>, meter: Arc<Meter>) -> Self {
        Self { rate, blocks, meter }
    }

    /// Runs on a thread of its own, so that no producer can keep it from its work.
    pub(super) fn start(mut self) {
        thread::spawn(move || {
            let mut due = Instant::now();
            while let Some(block) = self.blocks.blocking_recv() {
                let now = Instant::now();
                due = due.max(now.checked_sub(CATCH_UP).unwrap_or(now));
                due += time_for(block.len(), self.rate);
                let ahead = due.saturating_duration_since(now);
                if ahead > AHEAD {
                    thread::sleep(ahead);
                }
                self.meter.drained(block);
            }
        });
    }
}

/// How long `bytes` take at `rate` bytes a second.
pub(super) fn time_for(bytes: usize, rate: usize) -> Duration {
    let nanoseconds = bytes as u128 * 1_000_000_000 / rate as u128;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap())
}
