//! Declared against live and peak memory, as text and as JSON.

mod columns;
#[cfg(feature = "tracing")]
mod events;
mod metrics;
mod peak;
mod rows;
mod slop;
mod text;

use serde::Serialize;

#[cfg(feature = "metrics")]
pub use self::metrics::MetricsPublisher;
pub use self::metrics::{MetricDescription, MetricKind, MetricUnit};
pub use self::slop::{MeasuredBytes, MeasuredMoment, MeasuredSlop};

use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken, PeakMoment};
use crate::grant::MemoryGrant;
use crate::limiter::{LimiterState, MemoryLimiter};
use crate::registry::{ComponentRegistry, ComponentUsage};
use crate::system::resident_bytes;

/// What is the root's own: what no component claims, beside what is declared for the program itself. It is no name that a component can have.
const NO_COMPONENT: &str = "(no component)";

/// What every component declared and holds at one moment, beside what the process may use.
///
/// [`Display`](std::fmt::Display) prints a table for a person; `Serialize` gives the same numbers in bytes for a
/// program: `components` is the tree as in [`ComponentUsage`], with null for what is unbounded or not known, and
/// `undeclared_bytes` (see [`ComponentUsage::undeclared_bytes`]), `resident_bytes`, `grant`, `limiter`, `slop` (a [`MeasuredSlop`]), `allocator_installed`
/// (whether there is a tracking allocator; nothing is live otherwise) and `peak` (a [`PeakMoment`], of the whole process) are there where they are known.
/// [`ComponentUsage::peak_bytes`] says how exact peaks are.
///
/// ```
/// use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryReport};
///
/// let registry = ComponentRegistry::default();
/// registry.get_or_create("source").bounds_builder().minimum().with_fixed_amount("buffer", 8192);
///
/// let report = MemoryReport::new(&registry).with_grant(MemoryGrant::effective(1024 * 1024)?);
/// assert!(report.to_string().contains("source"));
///
/// let json = serde_json::to_value(&report)?;
/// assert_eq!(json["components"]["subcomponents"][0]["declared"]["minimum"], 8192);
/// assert_eq!(json["grant"]["effective_limit_bytes"], 1_048_576);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MemoryReport {
    components: ComponentUsage,
    #[serde(skip_serializing_if = "Option::is_none")]
    undeclared_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resident_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<MemoryGrant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limiter: Option<LimiterState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slop: Option<MeasuredSlop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocator_installed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak: Option<PeakMoment>,
}

impl MemoryReport {
    /// The report of this component and everything below it, with the resident size of the process where the system
    /// tells it.
    ///
    /// Reading registers nothing and changes nothing, and what it allocates is charged to the root.
    pub fn new(registry: &ComponentRegistry) -> Self {
        Self::of_process(registry.usage())
    }

    /// The report of a usage that was just read, with what is read of the process.
    pub(crate) fn of_process(components: ComponentUsage) -> Self {
        let resident_bytes = AllocationGroupToken::root().scope(resident_bytes);
        let allocator_installed = Some(AllocationGroupRegistry::allocator_installed());
        // That of the numbers of the components, and of no other moment or process.
        let peak = AllocationGroupRegistry::peak_moment()
            .filter(|peak| components.total_at_peak_bytes == Some(peak.live_bytes));
        Self { resident_bytes, allocator_installed, peak, ..Self::of(components) }
    }

    /// The report of a usage that was read before, and of nothing else.
    pub fn of(components: ComponentUsage) -> Self {
        let undeclared_bytes = components.undeclared_bytes();
        Self {
            components,
            undeclared_bytes,
            resident_bytes: None,
            grant: None,
            limiter: None,
            slop: None,
            allocator_installed: None,
            peak: None,
        }
    }

    /// Adds a resident size of the process, in bytes.
    pub fn with_resident_bytes(mut self, bytes: usize) -> Self {
        self.resident_bytes = Some(bytes);
        self.measured()
    }

    /// Adds what the process was granted.
    pub fn with_grant(mut self, grant: MemoryGrant) -> Self {
        self.grant = Some(grant);
        self.measured()
    }

    /// Adds what `limiter` reads at this moment. One that never waits adds nothing.
    pub fn with_limiter(mut self, limiter: &MemoryLimiter) -> Self {
        self.limiter = AllocationGroupToken::root().scope(|| limiter.state());
        self.measured()
    }

    fn measured(self) -> Self {
        Self { slop: MeasuredSlop::of(&self), ..self }
    }

    /// The components.
    pub fn components(&self) -> &ComponentUsage {
        &self.components
    }

    /// The component called `full_name`, where the report has it; the root is `root`.
    pub fn component(&self, full_name: &str) -> Option<&ComponentUsage> {
        let mut found = None;
        self.components.visit(&mut |usage, _| {
            if found.is_none() && usage.name == full_name {
                found = Some(usage);
            }
        });
        found
    }

    /// What the limiter knew and had done, where there is one.
    pub fn limiter(&self) -> Option<&LimiterState> {
        self.limiter.as_ref()
    }

    /// What is set aside of the limit for what nobody declares, beside what was measured to be needed; `None` where there is no limit, or too little is
    /// known of what is live or resident.
    pub fn slop(&self) -> Option<MeasuredSlop> {
        self.slop
    }

    /// Who held what at the highest moment of the process that was looked at, where there is one.
    pub fn peak_moment(&self) -> Option<&PeakMoment> {
        self.peak.as_ref()
    }

    /// The bytes of the process that are in physical memory, where they are known.
    pub fn resident_bytes(&self) -> Option<usize> {
        self.resident_bytes
    }
}
