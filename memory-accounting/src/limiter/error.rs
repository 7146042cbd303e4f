//! Why there is no limiter, and why a caller does not get what it asked for.

use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use super::component_state::ComponentState;
use super::largest::MostHave;
use super::ledger::Ledger;
use super::level::{Level, Measure};
use super::limits::Limits;
use crate::bytes::{Bytes, ExactBytes};

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
        "{limit} is below the {held} that the process holds at rest, of which {overhead} are beside its heap; raise it to at least {enough}",
        limit = TheLimit(*limit_bytes, limit_source.as_deref()),
        held = Bytes(*held_bytes),
        overhead = Bytes(*overhead_bytes),
        enough = ExactBytes(*enough_bytes)
    )]
    BelowUsageAtRest {
        /// The full limit, in bytes.
        limit_bytes: u64,
        /// Where it is from, where that is known.
        limit_source: Option<String>,
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
    /// By which measure it is.
    pub measure: Measure,
    /// What is in use by that, in bytes.
    pub used_bytes: u64,
    /// What may be by that, in bytes: the effective limit or the full one.
    pub limit_bytes: u64,
    /// The component that is over its bound, where that is why.
    pub component: Option<Box<ComponentState>>,
}

impl fmt::Display for MemoryScarce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(component) = &self.component {
            return write!(f, "{component}; try again when it has freed something");
        }
        let (used, limit) = (Bytes(self.used_bytes), Bytes(self.limit_bytes));
        match self.level {
            Level::Normal => f.write_str("others wait in front for memory: ")?,
            level => write!(f, "memory is scarce ({level}): ")?,
        }
        match self.measure {
            Measure::Tracked => write!(f, "{used} are live or promised, of {limit}")?,
            Measure::Held => write!(f, "{used} are live, promised or beside the heap, of {limit}")?,
        }
        f.write_str("; try again when something was freed")
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
    /// The bytes that the reservation which was to grow has already; 0 of a new one.
    pub reserved_bytes: u64,
    /// The bytes that may be live and promised: the effective limit, less where there is more beside the heap than the slop
    /// has room for; or the bound of [`component`](Self::component).
    pub limit_bytes: u64,
    /// The limits that this follows from.
    pub limits: Box<Limits>,
    /// The least limit, in bytes, that would be enough with what is beside the heap and the slop there is: of
    /// [`AboveLimit`](ReserveReason::AboveLimit) where no component's bound is why.
    pub enough_bytes: Option<u64>,
    /// The component whose bound leaves no room, where that is why.
    pub component: Option<Box<ComponentState>>,
    /// What was in use then.
    pub ledger: Box<Ledger>,
    /// How many waited then.
    pub waiting: usize,
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

impl ReserveError {
    /// Whether there is room, and others wait in front for more than there is.
    fn is_behind_others(&self) -> bool {
        let bytes = self.ledger.tracked_bytes().saturating_add(self.requested_bytes);
        self.waiting > 0 && bytes <= self.limit_bytes && self.reason != ReserveReason::AboveLimit
    }

    fn write_component(&self, f: &mut fmt::Formatter<'_>, component: &ComponentState) -> fmt::Result {
        let requested = Bytes(self.requested_bytes);
        match self.reason {
            ReserveReason::AboveLimit => {
                write!(f, "{requested} cannot be reserved: that is more than the bound")?;
                self.write_reserved(f)?;
                write!(f, "; {component}")
            }
            ReserveReason::NoRoom => write!(f, "there is no room for {requested} now: {component}"),
            ReserveReason::TimedOut => write!(f, "there was no room for {requested} in time: {component}"),
        }
    }

    fn write_reserved(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.reserved_bytes == 0 {
            return Ok(());
        }
        write!(f, ", with the {} that the reservation has", Bytes(self.reserved_bytes))
    }

    fn write_reason(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (requested, limit) = (Bytes(self.requested_bytes), DerivedLimit(self));
        let behind = match self.waiting {
            _ if !self.is_behind_others() => None,
            1 => Some("1 waits".to_owned()),
            number => Some(format!("{number} wait")),
        };
        match (self.reason, behind) {
            (ReserveReason::AboveLimit, _) => {
                write!(f, "{requested} cannot be reserved: that is more than {limit}")?;
                self.write_reserved(f)?;
                let enough = self.enough_bytes.map(ExactBytes);
                enough.map_or(Ok(()), |enough| write!(f, "; raise that limit to at least {enough}"))
            }
            (ReserveReason::NoRoom, None) => write!(f, "there is no room for {requested} now in {limit}"),
            (ReserveReason::NoRoom, Some(others)) => {
                write!(
                    f,
                    "{requested} cannot be reserved now because {others} in front, for a part of {limit}"
                )
            }
            (ReserveReason::TimedOut, None) => {
                write!(f, "there was no room for {requested} in time in {limit}")
            }
            (ReserveReason::TimedOut, Some(others)) => {
                write!(
                    f,
                    "{requested} were not reserved in time because {others} in front, for a part of {limit}"
                )
            }
        }
    }
}

impl fmt::Display for ReserveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(component) = &self.component {
            return self.write_component(f, component);
        }
        self.write_reason(f)?;
        let ledger = &self.ledger;
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
        MostHave(&self.largest).fmt(f)
    }
}

/// A limit as an operator knows it: with where it is set.
struct TheLimit<'a>(u64, Option<&'a str>);

impl fmt::Display for TheLimit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the limit of {}", Bytes(self.0))?;
        self.1.map_or(Ok(()), |source| write!(f, " ({source})"))
    }
}

/// What may be live and promised, and how that follows from the limit that is set.
struct DerivedLimit<'a>(&'a ReserveError);

impl fmt::Display for DerivedLimit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReserveError { limit_bytes, limits, ledger, limit_source, .. } = self.0;
        let (derived, limit) = (Bytes(*limit_bytes), TheLimit(limits.full_bytes, limit_source.as_deref()));
        if *limit_bytes == limits.full_bytes {
            write!(f, "{limit}")
        } else if *limit_bytes == limits.effective_bytes {
            write!(f, "the {derived} that the slop leaves of {limit}")
        } else {
            let (held, overhead) = (Bytes(limits.held.hard), Bytes(ledger.overhead_bytes));
            write!(
                f,
                "the {derived} left of {limit}: {held} by held_hard_percent, less {overhead} beside the heap"
            )
        }
    }
}

impl std::error::Error for ReserveError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::MemoryGrant;
    use crate::limiter::settings::LimiterSettings;

    fn error(reason: ReserveReason, requested_bytes: u64, limit_bytes: u64) -> ReserveError {
        let grant = MemoryGrant::with_slop_factor(64 << 20, 0.25).expect("a grant");
        ReserveError {
            reason,
            requested_bytes,
            reserved_bytes: 0,
            limit_bytes,
            limits: Box::new(Limits::of(grant, 0, &LimiterSettings::default())),
            enough_bytes: None,
            component: None,
            ledger: Box::new(Ledger {
                live_bytes: 40 << 20,
                unfilled_bytes: 3 << 20,
                overhead_bytes: 4 << 20,
                retained_bytes: 0,
                resident_bytes: Some(64 << 20),
            }),
            waiting: 0,
            largest: vec![("cache".to_owned(), 30 << 20), ("root".to_owned(), 10 << 20)],
            limit_source: Some("--limit".into()),
        }
    }

    #[test]
    fn a_refusal_says_who_has_it_and_whose_limit_it_is() {
        assert_eq!(
            error(ReserveReason::NoRoom, 8 << 20, 48 << 20).to_string(),
            "there is no room for 8.0 MiB now in the 48.0 MiB that the slop leaves of the limit of 64.0 MiB (--limit): 40.0 MiB are live, \
             3.0 MiB promised, 4.0 MiB beside the heap, 64.0 MiB resident; most have cache 30.0 MiB, root 10.0 MiB"
        );
    }

    #[test]
    fn a_refusal_says_that_others_wait() {
        let behind = ReserveError { waiting: 2, ..error(ReserveReason::NoRoom, 1 << 20, 46 << 20) };
        assert!(
            behind.to_string().starts_with(
                "1.0 MiB cannot be reserved now because 2 wait in front, for a part of the 46.0 MiB left of the limit of 64.0 MiB (--limit): \
                 62.1 MiB by held_hard_percent, less 4.0 MiB beside the heap: 40.0 MiB are live"
            ),
            "{behind}"
        );
        let too_large = ReserveError { waiting: 2, ..error(ReserveReason::TimedOut, 9 << 20, 46 << 20) };
        assert!(
            too_large.to_string().starts_with("there was no room for 9.0 MiB in time in the 46.0 MiB left")
        );
    }

    #[test]
    fn growth_beyond_the_limit_says_with_what() {
        let reserved_bytes = 40 << 20;
        let error = ReserveError { reserved_bytes, ..error(ReserveReason::AboveLimit, 9 << 20, 48 << 20) };
        assert!(
            error.to_string().starts_with(
                "9.0 MiB cannot be reserved: that is more than the 48.0 MiB that the slop leaves of the limit of 64.0 MiB (--limit), with the \
                 40.0 MiB that the reservation has: 40.0 MiB are live"
            ),
            "{error}"
        );
    }

    #[test]
    fn who_is_refused_is_told_the_measure_that_is_why() {
        let text = |level, measure| {
            MemoryScarce { level, measure, used_bytes: 950, limit_bytes: 1000, component: None }.to_string()
        };
        assert_eq!(
            text(Level::Hard, Measure::Held),
            "memory is scarce (hard): 950 B are live, promised or beside the heap, of 1000 B; try again when something was freed"
        );
        assert_eq!(
            text(Level::Normal, Measure::Tracked),
            "others wait in front for memory: 950 B are live or promised, of 1000 B; try again when something was freed"
        );
    }

    #[test]
    fn a_limit_that_is_too_low_at_rest_is_named() {
        let error = LimiterError::BelowUsageAtRest {
            limit_bytes: 8 << 20,
            limit_source: Some("--limit".to_owned()),
            held_bytes: 9 << 20,
            overhead_bytes: 6 << 20,
            enough_bytes: 10_485_761,
        };
        assert_eq!(
            error.to_string(),
            "the limit of 8.0 MiB (--limit) is below the 9.0 MiB that the process holds at rest, of which 6.0 MiB are beside its heap; raise \
             it to at least 10485761B"
        );
    }
}
