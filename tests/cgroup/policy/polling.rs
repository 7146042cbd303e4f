//! A limiter of the kind there is elsewhere, to compare with.
//!
//! A thread reads the resident size four times a second, and from nine tenths of the limit on every caller sleeps before it
//! goes on: for a millisecond there and for a hundred at the limit. Between two readings nobody knows what is going on.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

const POLL_EVERY: Duration = Duration::from_millis(250);

const SHORTEST_MICROSECONDS: u64 = 1_000;
const LONGEST_MICROSECONDS: u64 = 100_000;

/// A limiter that polls.
#[derive(Clone)]
pub(crate) struct PollingLimiter {
    /// Zero where there is no pressure.
    delay_microseconds: Arc<AtomicU64>,
}

impl PollingLimiter {
    /// One that keeps to `limit` bytes. Its thread ends after the last clone is dropped.
    pub(super) fn new(limit: usize) -> Self {
        let delay_microseconds = Arc::new(AtomicU64::new(0));
        let delay = Arc::downgrade(&delay_microseconds);
        thread::spawn(move || {
            while let Some(delay) = delay.upgrade() {
                delay.store(delay_at(resident_bytes(), limit as u64), Ordering::Relaxed);
                drop(delay);
                thread::sleep(POLL_EVERY);
            }
        });
        Self { delay_microseconds }
    }

    pub(crate) async fn wait_for_capacity(&self) {
        let delay = self.delay_microseconds.load(Ordering::Relaxed);
        if delay != 0 {
            tokio::time::sleep(Duration::from_micros(delay)).await;
        }
    }
}

/// The delay in microseconds with `resident` of `limit` bytes in use.
fn delay_at(resident: u64, limit: u64) -> u64 {
    let threshold = limit / 10 * 9;
    if resident < threshold {
        return 0;
    }
    let into = (resident - threshold).min(limit - threshold);
    SHORTEST_MICROSECONDS + (LONGEST_MICROSECONDS - SHORTEST_MICROSECONDS) * into / (limit - threshold)
}

fn resident_bytes() -> u64 {
    let text = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
    let kibibytes: u64 = line.trim().strip_suffix("kB").unwrap().trim_end().parse().unwrap();
    kibibytes * 1024
}
