//! Declared against measured.

use std::fmt;

use super::Measurement;
use crate::bounds::name_from_root;
use crate::{BoundsEntry, ComponentBounds};

/// What a component declares, and what its workload held.
///
/// [`Display`](fmt::Display) prints every declared entry with its bytes, the peak, and how the two compare.
#[derive(Clone, Debug)]
pub struct BoundsReport {
    bounds: ComponentBounds,
    peak: usize,
    live: usize,
    allocations: usize,
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

    /// How many times the workload allocated.
    pub fn allocations(&self) -> usize {
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

impl fmt::Display for BoundsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bounds.checked_firm_limit() {
            Some(declared) => writeln!(f, "declared: {declared} bytes")?,
            None => writeln!(f, "declared: more than can be counted")?,
        }
        let mut result = Ok(());
        self.bounds.visit(&mut |path, bounds| {
            let name = name_from_root(path);
            let minimum = bounds.minimum_entries().iter().map(|entry| ("minimum", entry));
            let firm = bounds.firm_entries().iter().map(|entry| ("firm", entry));
            for (kind, entry) in minimum.chain(firm) {
                result = result.and_then(|()| write_entry(f, &name, kind, entry));
            }
        });
        result?;
        writeln!(f, "measured peak: {} bytes", self.peak)?;
        match self.undeclared_bytes() {
            0 => write!(f, "head-room: {} bytes, {:.1} %", self.headroom_bytes(), self.headroom_percent()),
            undeclared => write!(f, "nobody declared: {undeclared} bytes"),
        }
    }
}

fn write_entry(f: &mut fmt::Formatter<'_>, component: &str, kind: &str, entry: &BoundsEntry) -> fmt::Result {
    write!(f, "  {component}")?;
    if let Some(label) = entry.label() {
        write!(f, " · {label}")?;
    }
    match entry.expr().checked_evaluate() {
        Some(bytes) => writeln!(f, " {kind}: {bytes} bytes = {}", entry.expr()),
        None => writeln!(f, " {kind}: overflows = {}", entry.expr()),
    }
}
