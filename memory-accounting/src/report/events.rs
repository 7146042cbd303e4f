//! Reports as `tracing` events.

use super::MemoryReport;
use crate::limiter::LimiterState;
use crate::registry::ComponentUsage;

impl MemoryReport {
    /// Emits the report: one event at `INFO` for the process, and one at `DEBUG` for each component, or at `WARN` where
    /// it holds more than it declared.
    ///
    /// All numbers are in bytes and include what is below the component; what is not known is left out, and so are declared
    /// bytes that are unbounded. What no component claims is part of `root` alone.
    pub fn emit_events(&self) {
        let total = &self.components;
        tracing::info!(
            live_bytes = total.total_live.map(|live| live.bytes),
            peak_bytes = total.total_peak_bytes,
            minimum_bytes = total.total_declared.minimum,
            firm_limit_bytes = total.total_declared.firm_limit,
            resident_bytes = self.resident_bytes,
            grant_bytes = self.grant.map(|grant| grant.effective_limit_bytes()),
            tracked_bytes = self.limiter.as_ref().map(|limiter| limiter.ledger.tracked_bytes()),
            held_bytes = self.limiter.as_ref().map(|limiter| limiter.ledger.held_bytes()),
            limit_bytes = self.limiter.as_ref().map(|limiter| limiter.limits.full_bytes),
            fullness = self.limiter.as_ref().map(LimiterState::fullness),
            "memory of the process"
        );
        self.components.visit(&mut |usage, depth| {
            // The root was told above.
            if depth > 0 {
                emit_component(usage);
            }
        });
    }
}

/// The fields of an event at one of two levels are written once.
fn emit_component(usage: &ComponentUsage) {
    macro_rules! event {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                component = usage.name.as_str(),
                live_bytes = usage.total_live.map(|live| live.bytes),
                peak_bytes = usage.total_peak_bytes,
                minimum_bytes = usage.total_declared.minimum,
                firm_limit_bytes = usage.total_declared.firm_limit,
                $message
            )
        };
    }
    if usage.total_declared.exceeded_by(usage.total_live) > 0 {
        event!(warn, "component holds more memory than it declared");
    } else {
        event!(debug, "memory of a component");
    }
}
