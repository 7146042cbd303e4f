//! The report as gauges of the `metrics` facade.

use metrics::{Unit, describe_gauge, gauge};

use super::MemoryReport;

const LIVE: &str = "memory_accounting_live_bytes";
const MINIMUM: &str = "memory_accounting_minimum_bytes";
const FIRM_LIMIT: &str = "memory_accounting_firm_limit_bytes";
const RESIDENT: &str = "memory_accounting_resident_bytes";
const GRANT: &str = "memory_accounting_grant_bytes";
const USAGE: &str = "memory_accounting_limiter_usage_bytes";
const LIMIT: &str = "memory_accounting_limiter_limit_bytes";
const PRESSURE: &str = "memory_accounting_pressure_ratio";
const WAITING: &str = "memory_accounting_limiter_waiting";

impl MemoryReport {
    /// Sets the gauges of the installed `metrics` recorder to what this report says, and describes them.
    ///
    /// For every component, labelled with its full name and without what is below it, so that the sum over all is the
    /// whole: `memory_accounting_minimum_bytes`, `memory_accounting_firm_limit_bytes`, and, with a tracking allocator,
    /// `memory_accounting_live_bytes`. Declared bytes that overflow are infinite. For the process, as far as the report
    /// knows them: `memory_accounting_resident_bytes`, `memory_accounting_grant_bytes`,
    /// `memory_accounting_limiter_usage_bytes`, `memory_accounting_limiter_limit_bytes`,
    /// `memory_accounting_limiter_waiting` (callers), and `memory_accounting_pressure_ratio` (0 without pressure, 1 at
    /// the limit).
    ///
    /// The gauges of a component that was removed keep their last value until the recorder lets go of them.
    pub fn publish_gauges(&self) {
        // Every time: the recorder may be another one than the last time.
        describe();
        self.components.visit(&mut |usage, _| {
            gauge!(MINIMUM, "component" => usage.name.clone()).set(bytes(usage.declared.minimum));
            gauge!(FIRM_LIMIT, "component" => usage.name.clone()).set(bytes(usage.declared.firm_limit));
            if usage.live.tracked {
                gauge!(LIVE, "component" => usage.name.clone()).set(bytes(usage.live.bytes));
            }
        });
        if let Some(resident) = self.resident_bytes {
            gauge!(RESIDENT).set(bytes(resident));
        }
        if let Some(grant) = &self.grant {
            gauge!(GRANT).set(bytes(grant.effective_limit_bytes()));
        }
        if let Some(limiter) = &self.limiter {
            gauge!(USAGE).set(bytes(limiter.usage_bytes));
            gauge!(LIMIT).set(bytes(limiter.limit_bytes));
            gauge!(PRESSURE).set(limiter.pressure.ratio());
            gauge!(WAITING).set(number(limiter.waiting));
        }
    }
}

fn describe() {
    describe_gauge!(LIVE, Unit::Bytes, "Bytes the component has allocated and not freed");
    describe_gauge!(MINIMUM, Unit::Bytes, "Bytes the component declared to need up front");
    describe_gauge!(FIRM_LIMIT, Unit::Bytes, "Bytes the component declared to use at most");
    describe_gauge!(RESIDENT, Unit::Bytes, "Bytes of the process that are in physical memory");
    describe_gauge!(GRANT, Unit::Bytes, "Bytes the process was granted, less the slop");
    describe_gauge!(USAGE, Unit::Bytes, "Bytes in use as the limiter sees it");
    describe_gauge!(LIMIT, Unit::Bytes, "Bytes the limiter keeps the process within");
    describe_gauge!(PRESSURE, "How hard the limiter pushes back, from 0 to 1");
    describe_gauge!(WAITING, Unit::Count, "Callers that wait for capacity");
}

/// Bytes as a gauge takes them; infinite on overflow.
fn bytes(bytes: usize) -> f64 {
    if bytes == usize::MAX { f64::INFINITY } else { number(bytes) }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB; a gauge can hold no more")]
fn number(count: usize) -> f64 {
    count as f64
}
