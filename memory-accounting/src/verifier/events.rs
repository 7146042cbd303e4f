//! Results of verification as `tracing` events.

use super::{VerifiedBounds, VerifierError};

impl VerifiedBounds {
    /// Emits an event at `INFO` that says that the bounds fit, with the totals in bytes.
    pub fn emit_event(&self) {
        tracing::info!(
            available_bytes = self.total_available_bytes(),
            minimum_bytes = self.total_minimum_required_bytes(),
            firm_limit_bytes = self.total_firm_limit_bytes(),
            "the declared memory fits"
        );
    }
}

impl VerifierError {
    /// Emits an event at `ERROR` that says why the bounds do not fit.
    pub fn emit_event(&self) {
        tracing::error!(reason = %self, "the declared memory does not fit");
    }
}
