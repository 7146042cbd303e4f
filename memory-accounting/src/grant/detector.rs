//! One detection for all that follow the limit of the process.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Detection;
use crate::lock::lock;

/// Less than the interval of those who ask, so each learns of a change with its next question or the one after.
const FRESH: Duration = Duration::from_millis(1500);

/// Detects the limit again and again, and once for those who ask at about the same time.
#[derive(Clone)]
pub(crate) struct Detector(Arc<Mutex<(Instant, Arc<Detection>)>>);

impl Detector {
    /// How often to look whether the limit is another one: so that a change takes effect within five seconds. It takes some 100 µs.
    pub(crate) const INTERVAL: Duration = Duration::from_secs(2);

    /// Begins with what `first` found, and goes on to look where that did.
    pub(crate) fn new(first: Detection) -> Self {
        Self(Arc::new(Mutex::new((Instant::now(), Arc::new(first)))))
    }

    /// The same, where that was so long ago that it looks again at once.
    #[cfg(test)]
    pub(crate) fn of_long_ago(first: Detection) -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new((now.checked_sub(FRESH).unwrap_or(now), Arc::new(first)))))
    }

    /// What there is now, or was a moment ago. No lock is held while files are read, which may block.
    pub(crate) fn detect(&self) -> Arc<Detection> {
        let (at, known) = lock(&self.0).clone();
        if at.elapsed() < FRESH {
            return known;
        }
        let detection = Arc::new(known.again());
        *lock(&self.0) = (Instant::now(), Arc::clone(&detection));
        detection
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self::new(Detection::detect())
    }
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector").finish_non_exhaustive()
    }
}
