//! Declared against measured.

use super::Measurement;
use crate::bounds::ComponentBounds;

/// What a component declares, and what its workload held.
///
/// [`Display`](std::fmt::Display) prints every declared entry with its bytes, the peak, and how the two compare.
#[derive(Clone, Debug)]
pub struct BoundsReport {
    bounds: ComponentBounds,
    peak: usize,
    live: usize,
    allocations: u64,
}

impl BoundsReport {
    pub(super) fn new<T>(bounds: ComponentBounds, measured: &Measurement<T>) -> Self {
        Self { bounds, peak: measured.peak, live: measured.live, allocations: measured.allocations }
    }

    /// What the component declares.
    pub fn bounds(&self) -> &ComponentBounds {
        &self.bounds
    }

    /// The most bytes it declares to hold, its firm limit; `usize::MAX` when the declaration overflows.
    pub fn declared_bytes(&self) -> usize {
        self.bounds.total_firm_limit_bytes()
    }

    /// The most bytes the workload held at one instant.
    pub fn peak_bytes(&self) -> usize {
        self.peak
    }

    /// Bytes that were alive when the workload returned, what it returned included.
    pub fn live_bytes(&self) -> usize {
        self.live
    }

    /// How many times the workload allocated in the group it was measured in. Where this is 0 and bytes are declared, it
    /// probably [entered another group](super#what-is-measured).
    pub fn allocations(&self) -> u64 {
        self.allocations
    }

    /// Bytes of the peak that nobody declared.
    pub fn undeclared_bytes(&self) -> usize {
        self.peak.saturating_sub(self.declared_bytes())
    }

    /// Declared bytes that the peak left unused.
    pub fn headroom_bytes(&self) -> usize {
        self.declared_bytes().saturating_sub(self.peak)
    }

    /// The part of the declared bytes that the peak left unused, in percent; 0 where nothing is declared.
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 52 bits")]
    pub fn headroom_percent(&self) -> f64 {
        match self.declared_bytes() {
            0 => 0.0,
            declared => self.headroom_bytes() as f64 / declared as f64 * 100.0,
        }
    }

    /// Whether the peak is at most what is declared. A declaration that overflows is no bound, and holds nothing.
    pub fn is_within(&self) -> bool {
        self.bounds.checked_firm_limit().is_some_and(|declared| self.peak <= declared)
    }
}
