//! What producers do before they allocate.

mod polling;

use std::fmt;

use memory_accounting::{MemoryGrant, MemoryLimiter};
use serde::{Deserialize, Serialize};

use self::polling::PollingLimiter;

/// What producers do before they allocate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Policy {
    /// Nothing.
    None,
    /// Wait for a limiter that polls the resident size, as others have it.
    Polling,
    /// Wait for capacity.
    Wait,
    /// Reserve the block.
    Reserve,
}

/// What may be alive in a group of `limit_bytes`.
pub(crate) fn grant(limit_bytes: usize) -> MemoryGrant {
    MemoryGrant::with_slop_factor(limit_bytes, MemoryGrant::DEFAULT_SLOP_FACTOR).unwrap()
}

/// A policy with the limiter it needs.
#[derive(Clone)]
pub(crate) enum Enforced {
    None,
    Polling(PollingLimiter),
    Wait(MemoryLimiter),
    Reserve(MemoryLimiter),
}

impl Policy {
    /// Begins to keep a process in a group of `limit_bytes` to its grant.
    pub(crate) fn enforce(self, limit_bytes: usize) -> Enforced {
        let grant = grant(limit_bytes);
        match self {
            Self::None => Enforced::None,
            Self::Polling => Enforced::Polling(PollingLimiter::new(grant.effective_limit_bytes())),
            Self::Wait => Enforced::Wait(limiter(grant)),
            Self::Reserve => Enforced::Reserve(limiter(grant)),
        }
    }
}

fn limiter(grant: MemoryGrant) -> MemoryLimiter {
    MemoryLimiter::new(grant).expect("a grant above what is held at rest")
}

impl Enforced {
    /// Allocates a block when the policy allows it.
    pub(crate) async fn allocate(&self, bytes: usize) -> Vec<u8> {
        match self {
            Self::None => {}
            Self::Polling(limiter) => limiter.wait_for_capacity().await,
            Self::Wait(limiter) => limiter.wait_for_capacity().await,
            Self::Reserve(limiter) => {
                let mut reservation = limiter.reserve(bytes as u64).await.expect("a block fits");
                return reservation.scope(|| touched(bytes));
            }
        }
        touched(bytes)
    }
}

/// A block with all of its pages.
fn touched(bytes: usize) -> Vec<u8> {
    vec![1; bytes]
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::None => "no limiter",
            Self::Polling => "polling",
            Self::Wait => "wait",
            Self::Reserve => "reserve",
        })
    }
}
