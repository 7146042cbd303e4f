//! What is kept of one context.

use super::distribution::{Distribution, Summary};
use super::gauge::Gauge;
use super::unique::UniqueMembers;
use crate::configuration::AggregatorConfiguration;
use crate::protocol::Kind;

/// The state of one series.
#[derive(Debug)]
pub(super) enum Metric {
    Counter(f64),
    Gauge(Gauge),
    Distribution(Distribution),
    Set(UniqueMembers),
}

/// A metric as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    Value(f64),
    /// A value, and the second since 1970 that it is from.
    Dated(f64, u64),
    Summary(Summary),
}

impl Metric {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(0.0),
            Kind::Gauge => Self::Gauge(Gauge::default()),
            Kind::Distribution => Self::Distribution(Distribution::default()),
            Kind::Set => Self::Set(UniqueMembers::default()),
        }
    }

    /// The state to show; `sorting` is scratch space for the quantiles.
    pub(super) fn read(&self, sorting: &mut Vec<f64>) -> Reading {
        match self {
            Self::Counter(value) => Reading::Value(*value),
            Self::Gauge(gauge) => gauge.read(),
            Self::Distribution(distribution) => Reading::Summary(distribution.summary(sorting)),
            #[expect(clippy::cast_precision_loss, reason = "no memory holds a set of 2^53 members")]
            Self::Set(set) => Reading::Value(set.count() as f64),
        }
    }

    /// Starts the next flush interval.
    pub(super) fn flush(&mut self) {
        match self {
            Self::Set(set) => set.flush(),
            Self::Distribution(distribution) => distribution.flush(),
            Self::Counter(_) | Self::Gauge(_) => {}
        }
    }

    /// Keeps no more than this configuration allows.
    pub(super) fn limit(&mut self, configuration: &AggregatorConfiguration) {
        match self {
            Self::Set(set) => set.limit(configuration.set_limit.get()),
            Self::Distribution(distribution) => distribution.limit(configuration.sample_limit.get()),
            Self::Counter(_) | Self::Gauge(_) => {}
        }
    }

    /// Whether it has a total since it was first sent to. One that starts again from nothing says less than one that rests: to
    /// `increase()`, what came with the start is not there.
    pub(super) fn has_total(&self) -> bool {
        matches!(self, Self::Counter(_) | Self::Distribution(_))
    }
}

/// Adds without ever reaching infinity, from which there would be no way back.
pub(super) fn add(total: f64, value: f64) -> f64 {
    (total + value).clamp(f64::MIN, f64::MAX)
}
