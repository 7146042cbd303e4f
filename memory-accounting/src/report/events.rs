//! Reports as `tracing` events.

use super::MemoryReport;

impl MemoryReport {
    /// Emits the report: one event at `INFO` for the process, and one at `DEBUG` for each component, or at `WARN` where
    /// it holds more than it declared.
    ///
    /// All numbers are in bytes and include what is below the component; what is not known is left out. What no
    /// component claims is part of `root` alone.
    pub fn emit_events(&self) {
        let total = &self.components;
        tracing::info!(
            live_bytes = total.total_live.tracked.then_some(total.total_live.bytes),
            minimum_bytes = total.total_declared.minimum,
            firm_limit_bytes = total.total_declared.firm_limit,
            resident_bytes = self.resident_bytes,
            grant_bytes = self.grant.map(|grant| grant.effective_limit_bytes()),
            usage_bytes = self.limiter.map(|limiter| limiter.usage_bytes),
            limit_bytes = self.limiter.map(|limiter| limiter.limit_bytes),
            pressure_ratio = self.limiter.map(|limiter| limiter.pressure.ratio()),
            "memory of the process"
        );
        self.components.visit(&mut |usage, depth| {
            // The root was told above.
            if depth == 0 {
                return;
            }
            let component = usage.name.as_str();
            let live_bytes = usage.total_live.tracked.then_some(usage.total_live.bytes);
            let minimum_bytes = usage.total_declared.minimum;
            let firm_limit_bytes = usage.total_declared.firm_limit;
            if usage.total_live.bytes > firm_limit_bytes {
                tracing::warn!(
                    component,
                    live_bytes,
                    minimum_bytes,
                    firm_limit_bytes,
                    "component holds more memory than it declared"
                );
            } else {
                tracing::debug!(
                    component,
                    live_bytes,
                    minimum_bytes,
                    firm_limit_bytes,
                    "memory of a component"
                );
            }
        });
    }
}
