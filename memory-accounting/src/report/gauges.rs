//! The report as gauges of the `metrics` facade: a new one is one entry in [`COMPONENT`] or [`PROCESS`].

use metrics::{Unit, describe_gauge, gauge};

use super::MemoryReport;
use crate::allocator::AllocationGroupToken;
use crate::limiter::LimiterState;
use crate::registry::{ComponentUsage, LiveBytes};

/// One gauge, read from `Source`; there is none where that is `None`.
struct Gauge<Source> {
    name: &'static str,
    unit: Option<Unit>,
    description: &'static str,
    read: fn(&Source) -> Option<f64>,
}

/// One for each component, of the component by itself.
const COMPONENT: [Gauge<ComponentUsage>; 6] = [
    Gauge {
        name: "memory_accounting_minimum_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the component declared to need up front",
        read: |usage| Some(declared(usage.declared.minimum)),
    },
    Gauge {
        name: "memory_accounting_firm_limit_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the component declared to use at most",
        read: |usage| Some(declared(usage.declared.firm_limit)),
    },
    Gauge {
        name: "memory_accounting_live_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the component has allocated and not freed",
        read: |usage| usage.live.map(|live| number(live.bytes)),
    },
    Gauge {
        name: "memory_accounting_peak_bytes",
        unit: Some(Unit::Bytes),
        description: "The most bytes the component has held at once",
        read: |usage| peak(usage.peak_bytes, usage.live),
    },
    Gauge {
        name: "memory_accounting_reserved_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the component has reserved and not allocated yet",
        read: |usage| usage.reserved_bytes.map(number),
    },
    Gauge {
        name: "memory_accounting_over_bytes",
        unit: Some(Unit::Bytes),
        description: "Live and reserved bytes beyond what the component declared to use at most",
        read: |usage| usage.over_bytes.map(number),
    },
];

/// One for the process.
const PROCESS: [Gauge<MemoryReport>; 9] = [
    Gauge {
        name: "memory_accounting_total_peak_bytes",
        unit: Some(Unit::Bytes),
        description: "The most bytes that were allocated and not freed at once, in all",
        read: |report| peak(report.components.total_peak_bytes, report.components.total_live),
    },
    Gauge {
        name: "memory_accounting_resident_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes of the process that are in physical memory",
        read: |report| report.resident_bytes.map(number),
    },
    Gauge {
        name: "memory_accounting_grant_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the process was granted, less the slop",
        read: |report| report.grant.map(|grant| number(grant.effective_limit_bytes())),
    },
    Gauge {
        name: "memory_accounting_limiter_tracked_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes that are live or reserved",
        read: |report| limiter(report, |limiter| bytes(limiter.ledger.tracked_bytes())),
    },
    Gauge {
        name: "memory_accounting_limiter_held_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes that are live, reserved, or resident beside the heap",
        read: |report| limiter(report, |limiter| bytes(limiter.ledger.held_bytes())),
    },
    Gauge {
        name: "memory_accounting_limiter_limit_bytes",
        unit: Some(Unit::Bytes),
        description: "Bytes the limiter keeps the process within",
        read: |report| limiter(report, |limiter| bytes(limiter.limits.full_bytes)),
    },
    Gauge {
        name: "memory_accounting_limiter_level",
        unit: None,
        description: "How scarce memory is: 0 normal, 1 soft, 2 hard",
        read: |report| limiter(report, |limiter| f64::from(limiter.level as u8)),
    },
    Gauge {
        name: "memory_accounting_limiter_fullness",
        unit: None,
        description: "How far memory is on the way to where callers wait, from 0 to 1",
        read: |report| limiter(report, LimiterState::fullness),
    },
    Gauge {
        name: "memory_accounting_limiter_waiting",
        unit: Some(Unit::Count),
        description: "Callers that wait for capacity",
        read: |report| limiter(report, |limiter| number(limiter.waiting)),
    },
];

impl MemoryReport {
    /// Sets the gauges of the installed `metrics` recorder to what this report says, and describes them.
    ///
    /// For every component, labelled with its full name and without what is below it, so that the sum over all is the
    /// whole: `memory_accounting_minimum_bytes`, `memory_accounting_firm_limit_bytes`, and, with a tracking allocator,
    /// `memory_accounting_live_bytes`, with a limiter of the component `memory_accounting_reserved_bytes`; and, which do not add up,
    /// `memory_accounting_over_bytes`, what is live or reserved beyond the firm limit, where there is one, and
    /// `memory_accounting_peak_bytes`, because components have their peaks at different times.
    ///
    /// For everything the report is of, as far as it knows them: `memory_accounting_total_peak_bytes` (the root's, so that of
    /// the process), `memory_accounting_resident_bytes`, `memory_accounting_grant_bytes`,
    /// `memory_accounting_limiter_tracked_bytes`, `memory_accounting_limiter_held_bytes`, `memory_accounting_limiter_limit_bytes`,
    /// `memory_accounting_limiter_level` (0 normal, 1 soft, 2 hard), `memory_accounting_limiter_fullness` (1 where callers wait), and
    /// `memory_accounting_limiter_waiting` (callers).
    ///
    /// Declared bytes that are unbounded are infinite. A peak that is not known of what has live bytes is NaN, so that an earlier
    /// one does not stay. What is not measured has no gauge: live bytes and peaks without a tracking allocator, those of a
    /// component without an allocation group, and what the report was not given.
    ///
    /// A recorder keeps what it was last told. So the gauges of a component that was removed, or of what is not measured any more,
    /// stay as they are until the recorder lets go of them.
    pub fn publish_gauges(&self) {
        // The recorder keeps what it is given, for no component.
        AllocationGroupToken::root().scope(|| {
            for gauge in &PROCESS {
                gauge.publish(self);
            }
            COMPONENT.iter().for_each(Gauge::describe);
            self.components.visit(&mut |usage, _| {
                for gauge in &COMPONENT {
                    gauge.set_for(usage);
                }
            });
        });
    }
}

impl<Source> Gauge<Source> {
    /// Every time: the recorder may be another one than the last time.
    fn describe(&self) {
        match self.unit {
            Some(unit) => describe_gauge!(self.name, unit, self.description),
            None => describe_gauge!(self.name, self.description),
        }
    }
}

impl Gauge<MemoryReport> {
    fn publish(&self, report: &MemoryReport) {
        self.describe();
        if let Some(value) = (self.read)(report) {
            gauge!(self.name).set(value);
        }
    }
}

impl Gauge<ComponentUsage> {
    fn set_for(&self, usage: &ComponentUsage) {
        if let Some(value) = (self.read)(usage) {
            gauge!(self.name, "component" => usage.name.clone()).set(value);
        }
    }
}

/// Declared bytes; infinite where there is no bound.
fn declared(bytes: Option<usize>) -> f64 {
    bytes.map_or(f64::INFINITY, number)
}

/// A peak; NaN where it is not known and may have been, because something is live.
fn peak(bytes: Option<usize>, live: Option<LiveBytes>) -> Option<f64> {
    bytes.map(number).or(live.map(|_| f64::NAN))
}

fn limiter(report: &MemoryReport, read: impl FnOnce(&LimiterState) -> f64) -> Option<f64> {
    report.limiter.as_ref().map(read)
}

fn bytes(bytes: u64) -> f64 {
    number(usize::try_from(bytes).unwrap_or(usize::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB; a gauge can hold no more")]
fn number(count: usize) -> f64 {
    count as f64
}
