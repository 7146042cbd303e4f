//! A program at one moment.

use std::fmt;

use serde::Serialize;

use super::detected::DetectedNow;
use super::process::ProcessNow;
use crate::grant::MemoryGrant;
use crate::limiter::LimiterState;
use crate::report::MemoryReport;

/// Of all that is answered. It changes where a key changes its meaning or goes away, not where one comes.
pub(super) const FORMAT: u32 = 1;

/// What `/status.json` answers.
#[derive(Debug, Serialize)]
pub(super) struct Status<'a> {
    pub(super) format: u32,
    pub(super) version: &'static str,
    pub(super) read_unix_ms: u64,
    pub(super) process: ProcessNow,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) limit: Option<KnownLimit>,
    #[serde(flatten)]
    pub(super) detected: Option<DetectedNow>,
    pub(super) warnings: &'a [String],
    #[serde(flatten)]
    pub(super) report: MemoryReport,
}

/// What everything has to fit.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct KnownLimit {
    pub(super) bytes: u64,
    pub(super) effective_bytes: u64,
    from: Origin,
}

/// Who told a limit.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Origin {
    Limiter,
    Grant,
    Detection,
    PhysicalMemory,
}

impl KnownLimit {
    pub(super) fn of(grant: MemoryGrant, from: Origin) -> Self {
        let (bytes, effective) = (grant.initial_limit_bytes(), grant.effective_limit_bytes());
        Self { bytes: bytes as u64, effective_bytes: effective as u64, from }
    }

    /// The limit a limiter goes by now.
    pub(super) fn of_limiter(state: &LimiterState) -> Self {
        let limits = state.limits;
        Self { bytes: limits.full_bytes, effective_bytes: limits.effective_bytes, from: Origin::Limiter }
    }
}

impl fmt::Display for Status<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, memory-accounting {}", self.process, self.version)?;
        if let Some(detected) = &self.detected {
            write!(f, "\n{detected}")?;
        }
        for warning in self.warnings {
            write!(f, "\nwarning: {warning}")?;
        }
        write!(f, "\n\n{}", self.report)
    }
}
