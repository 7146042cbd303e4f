//! How much memory there is.

use std::fmt;

use bytesize::ByteSize;
use memory_accounting::{DetectError, Detection, GrantError, LimitSource, MemoryGrant};

use crate::configuration::Configuration;

/// Kept back of every limit unless the configuration says otherwise. Components declare the bytes they ask for; program
/// code, stacks, page tables and what the system's allocator rounds up or cannot give back come on top. With the default
/// settings and every context in use that was 5 MB on top of 22.3 MB, most of it code.
const SLOP_FACTOR: f64 = MemoryGrant::DEFAULT_SLOP_FACTOR;

/// A grant, and who set it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    grant: MemoryGrant,
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Origin {
    Configuration,
    ControlGroup,
    Machine,
}

/// Why there is no limit to check against.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LimitError {
    #[error("a limit of 0 bytes leaves no memory to run in; give a size such as --limit 64MiB")]
    NoMemory,
    #[error("how much memory there is cannot be found out on this system; give a size such as --limit 64MiB")]
    Unknown,
    #[error("how much memory there is cannot be found out; give a size such as --limit 64MiB")]
    Undetected(#[from] DetectError),
    #[error("the memory limit cannot be used")]
    Unusable(#[from] GrantError),
}

impl Limit {
    /// The limit in the configuration, else that of the process's control group, else the memory of the machine.
    pub(super) fn of(configuration: &Configuration) -> Result<Self, LimitError> {
        let (bytes, origin) = match configuration.limit {
            Some(limit) if limit.as_u64() == 0 => return Err(LimitError::NoMemory),
            Some(limit) => (usize::try_from(limit.as_u64()).unwrap_or(usize::MAX), Origin::Configuration),
            None => detect()?,
        };
        let slop_factor = configuration.slop_factor.unwrap_or(SLOP_FACTOR);
        Ok(Self { grant: MemoryGrant::with_slop_factor(bytes, slop_factor)?, origin })
    }

    pub(super) fn grant(&self) -> MemoryGrant {
        self.grant
    }
}

fn detect() -> Result<(usize, Origin), LimitError> {
    let detection = Detection::detect();
    if let Some(grant) = detection.try_grant()? {
        let origin = match detection.source() {
            Some(LimitSource::PhysicalMemory { .. }) => Origin::Machine,
            _ => Origin::ControlGroup,
        };
        return Ok((grant.initial_limit_bytes(), origin));
    }
    let grant = MemoryGrant::physical()?.ok_or(LimitError::Unknown)?;
    Ok((grant.initial_limit_bytes(), Origin::Machine))
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = match self.origin {
            Origin::Configuration => "as configured",
            Origin::ControlGroup => "of this process's control group",
            Origin::Machine => "of this machine, as no lower one is set",
        };
        write!(
            formatter,
            "{} {origin}, less the part {} for what no component declares: {}",
            size(self.grant.initial_limit_bytes()),
            self.grant.slop_factor(),
            size(self.grant.effective_limit_bytes()),
        )
    }
}

fn size(bytes: usize) -> impl fmt::Display {
    ByteSize::b(u64::try_from(bytes).unwrap_or(u64::MAX)).display().iec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(limit: ByteSize, slop_factor: f64) -> Result<String, LimitError> {
        let (limit, slop_factor) = (Some(limit), Some(slop_factor));
        Limit::of(&Configuration { limit, slop_factor, ..Configuration::default() })
            .map(|limit| limit.to_string())
    }

    #[test]
    fn says_what_is_kept_back_and_what_is_left() {
        assert_eq!(
            limit(ByteSize::mib(64), 0.25).unwrap(),
            "64.0 MiB as configured, less the part 0.25 for what no component declares: 48.0 MiB"
        );
    }

    #[test]
    fn a_limit_that_is_none_is_refused() {
        assert!(matches!(limit(ByteSize::b(0), 0.0), Err(LimitError::NoMemory)));
        assert!(matches!(limit(ByteSize::b(u64::MAX), 0.0), Err(LimitError::Unusable(_))));
        for slop_factor in [f64::NAN, 1.0, -0.1, f64::INFINITY] {
            assert!(matches!(limit(ByteSize::mib(1), slop_factor), Err(LimitError::Unusable(_))));
        }
    }
}
