//! What a caller is told that does not get its bytes.

use std::time::Instant;

use super::admission::Admission;
use super::error::{ReserveError, ReserveReason};

pub(super) fn of(admission: &Admission, reason: ReserveReason, requested_bytes: u64) -> ReserveError {
    let overview = admission.overview(Instant::now());
    let limit_bytes = match reason {
        ReserveReason::AboveLimit => overview.limits.effective_bytes,
        ReserveReason::NoRoom | ReserveReason::TimedOut => overview.reservable_bytes,
    };
    ReserveError {
        reason,
        requested_bytes,
        limit_bytes,
        ledger: overview.ledger,
        largest: admission.largest.get(),
        limit_source: overview.limit_source,
    }
}

/// More than the limit is refused at once: waiting would not help.
pub(super) fn unless_within_limit(
    admission: &Admission,
    requested_bytes: u64,
    total_bytes: u64,
) -> Result<(), ReserveError> {
    if total_bytes <= admission.effective_limit_bytes() {
        return Ok(());
    }
    Err(of(admission, ReserveReason::AboveLimit, requested_bytes))
}
