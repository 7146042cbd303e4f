//! Why there is no limiter, and why a caller does not get what it asked for.

use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use super::component_state::ComponentState;
use super::largest::MostHave;
use super::ledger::Ledger;
use super::level::Level;
use crate::bytes::Bytes;

/// Why there is no limiter, or no hook of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LimiterError {
    /// The memory in use cannot be known.
    #[error(
        "the memory in use cannot be known: the source that was given tells nothing, or there is neither a tracking allocator nor a reading \
         of resident memory; make `TrackingAllocator` the global allocator"
    )]
    NoReading {
        /// Why resident memory cannot be read, where that is possible at all.
        #[source]
        reason: Option<io::Error>,
    },
    /// The grant is less than what the process holds before it has begun to work.
    #[error(
        "a limit of {limit} is below the {held} that the process holds at rest, of which {overhead} are beside its heap; \
         grant at least {enough}",
        limit = Bytes(*limit_bytes), held = Bytes(*held_bytes), overhead = Bytes(*overhead_bytes), enough = Bytes(*enough_bytes)
    )]
    BelowUsageAtRest {
        /// The full limit, in bytes.
        limit_bytes: u64,
        /// Live and beside the heap, in bytes.
        held_bytes: u64,
        /// Of that, beside the heap.
        overhead_bytes: u64,
        /// The least limit with which nobody is held back at rest, in bytes.
        enough_bytes: u64,
    },
    /// The settings contradict each other.
    #[error("the limiter's settings do not go together: {message}")]
    InvalidSettings {
        /// Which, and how.
        message: String,
    },
    /// The system refused to start the limiter's threads.
    #[error("the system refused to start a thread for the limiter")]
    NoThread {
        /// Why.
        #[source]
        reason: io::Error,
    },
}

/// Memory is scarce, so a caller that asked at once is refused: an answer such as 429 or 503 fits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryScarce {
    /// How scarce.
    pub level: Level,
    /// Live, promised, and beside the heap, in bytes.
    pub held_bytes: u64,
    /// The full limit, in bytes.
    pub limit_bytes: u64,
    /// The component that is over its bound, where that is why.
    pub component: Option<Box<ComponentState>>,
}

impl fmt::Display for MemoryScarce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(component) = &self.component {
            return write!(f, "{component}; try again when it has freed something");
        }
        write!(
            f,
            "memory is scarce ({}): {} of {} are in use or promised; try again when something was freed",
            self.level,
            Bytes(self.held_bytes),
            Bytes(self.limit_bytes)
        )
    }
}

impl std::error::Error for MemoryScarce {}

/// A caller's time was over before there was room.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("waited {time:?} for memory; {scarce}")]
#[non_exhaustive]
pub struct WaitTimedOut {
    /// How long it waited.
    pub time: Duration,
    /// What there was then.
    pub scarce: MemoryScarce,
}

/// Why so many bytes are not promised.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReserveError {
    /// Why.
    pub reason: ReserveReason,
    /// The bytes asked for.
    pub requested_bytes: u64,
    /// The bytes that may be live and promised: the effective limit, less where there is more beside the heap than the slop
    /// has room for; or the bound of [`component`](Self::component).
    pub limit_bytes: u64,
    /// The component whose bound leaves no room, where that is why.
    pub component: Option<Box<ComponentState>>,
    /// What was in use then.
    pub ledger: Ledger,
    /// Who has most, at most five: names of allocation groups, which are those of components, and live bytes.
    pub largest: Vec<(String, u64)>,
    /// Where the limit is from, where that is known.
    pub limit_source: Option<Box<str>>,
}

/// The kind of a [`ReserveError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReserveReason {
    /// More than the limit: waiting would not help.
    AboveLimit,
    /// There is no room now.
    NoRoom,
    /// There was no room in time.
    TimedOut,
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, requested_bytes, limit_bytes, component, ledger, largest, limit_source } = self;
        let (requested, limit) = (Bytes(*requested_bytes), Bytes(*limit_bytes));
        if let Some(component) = component {
            return match reason {
                ReserveReason::AboveLimit => {
                    write!(f, "{requested} cannot be reserved: that is more than the bound; {component}")
                }
                ReserveReason::NoRoom => write!(f, "there is no room for {requested} now: {component}"),
                ReserveReason::TimedOut => {
                    write!(f, "there was no room for {requested} in time: {component}")
                }
            };
        }
        match reason {
            ReserveReason::AboveLimit => {
                write!(
                    f,
                    "{requested} cannot be reserved: that is more than the {limit} that may be in use"
                )?;
            }
            ReserveReason::NoRoom => write!(f, "there is no room for {requested} now, of {limit}")?,
            ReserveReason::TimedOut => write!(f, "there was no room for {requested} in time, of {limit}")?,
        }
        if let Some(source) = limit_source {
            write!(f, " ({source})")?;
        }
        write!(
            f,
            ": {} are live, {} promised, {} beside the heap",
            Bytes(ledger.live_bytes),
            Bytes(ledger.unfilled_bytes),
            Bytes(ledger.overhead_bytes)
        )?;
        if let Some(resident) = ledger.resident_bytes {
            write!(f, ", {} resident", Bytes(resident))?;
        }
        MostHave(largest).fmt(f)
    }
}

impl std::error::Error for ReserveError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_who_has_it_and_whose_limit_it_is() {
        let error = ReserveError {
            reason: ReserveReason::NoRoom,
            requested_bytes: 2 << 20,
            limit_bytes: 64 << 20,
            component: None,
            ledger: Ledger {
                live_bytes: 60 << 20,
                unfilled_bytes: 3 << 20,
                overhead_bytes: 4 << 20,
                retained_bytes: 0,
                resident_bytes: Some(64 << 20),
            },
            largest: vec![("cache".to_owned(), 50 << 20), ("root".to_owned(), 10 << 20)],
            limit_source: Some("--limit".into()),
        };
        assert_eq!(
            error.to_string(),
            "there is no room for 2.0 MiB now, of 64.0 MiB (--limit): 60.0 MiB are live, 3.0 MiB promised, 4.0 MiB beside \
             the heap, 64.0 MiB resident; most have cache 50.0 MiB, root 10.0 MiB"
        );
    }
}
