//! How open a limiter is.

use std::fmt;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;

use crate::policy::Enforced;

/// Between two calls.
const PAUSE: Duration = Duration::from_millis(1);

/// A call that takes longer than this was held back: far more than it takes to look, far less than any limiter waits.
const HELD_BACK: Duration = Duration::from_micros(500);

/// What one caller met who asked again and again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Calls {
    pub(crate) made: u32,
    pub(crate) held_back: u32,
    /// The time of those that were held back, in all.
    pub(crate) waited: Duration,
    /// When the last of those went on, counted from the first call.
    pub(crate) open_after: Duration,
}

impl Calls {
    /// Asks for `time`.
    pub(crate) fn make(policy: &Enforced, time: Duration) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            let mut calls =
                Self { made: 0, held_back: 0, waited: Duration::ZERO, open_after: Duration::ZERO };
            while start.elapsed() < time {
                let asked = Instant::now();
                drop(policy.allocate(1).await);
                let took = asked.elapsed();
                calls.made += 1;
                if took > HELD_BACK {
                    calls.held_back += 1;
                    calls.waited += took;
                    calls.open_after = start.elapsed();
                }
                tokio::time::sleep(PAUSE).await;
            }
            calls
        })
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { made, held_back, waited, open_after } = self;
        write!(
            formatter,
            "{held_back} of {made} calls held back, {waited:.0?} in all, open after {open_after:.0?}"
        )
    }
}
