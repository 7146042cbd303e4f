//! What a limited component has of what it may have.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;

/// When a component is held to its bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Enforcement {
    /// While the process is in [`Level::Soft`](super::Level::Soft) or [`Level::Hard`](super::Level::Hard): until then a component may use
    /// what others do not.
    #[default]
    WhileScarce,
    /// At any time.
    Always,
}

/// Where the bound of a component is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BoundSource {
    /// It is the firm limit that the component declares.
    Declared,
    /// It is its [`MemoryShare`](crate::MemoryShare).
    Share,
}

/// What a component may use, and why so much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) bytes: u64,
    pub(super) source: BoundSource,
}

/// What a limited component has at one moment, together with everything below it; see
/// [`ComponentLimiter::state`](super::ComponentLimiter::state).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ComponentState {
    /// Its full name.
    pub name: String,
    /// When it is held to its bound.
    pub enforcement: Enforcement,
    /// What it may use, in bytes.
    pub bound_bytes: u64,
    /// Where that is from.
    pub bound_source: BoundSource,
    /// Allocated and not freed, in bytes, as reported by the threads: off by at most a batch for each.
    pub live_bytes: u64,
    /// Reserved and not allocated yet, in bytes.
    pub reserved_bytes: u64,
}

impl ComponentState {
    /// Live and reserved bytes beyond the bound; 0 within it.
    pub fn over_bytes(&self) -> u64 {
        self.live_bytes.saturating_add(self.reserved_bytes).saturating_sub(self.bound_bytes)
    }
}

/// One line.
impl fmt::Display for ComponentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, bound_bytes, bound_source, live_bytes, reserved_bytes, .. } = self;
        write!(f, "{name} has {} live and {} reserved, of ", Bytes(*live_bytes), Bytes(*reserved_bytes))?;
        match bound_source {
            BoundSource::Declared => write!(f, "the {} that it declares", Bytes(*bound_bytes)),
            BoundSource::Share => write!(f, "its share of {}", Bytes(*bound_bytes)),
        }
    }
}
