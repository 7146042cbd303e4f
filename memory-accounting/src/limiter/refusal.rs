//! What a caller is told that does not get its bytes.

use std::sync::Arc;

use super::admission::{Admission, Overview};
use super::component::Component;
use super::component_state::ComponentState;
use super::error::{ReserveError, ReserveReason};
use super::limits::enough;

pub(super) fn of(
    admission: &Admission,
    component: Option<&Arc<Component>>,
    reason: ReserveReason,
    requested_bytes: u64,
) -> ReserveError {
    let overview = admission.overview(admission.now());
    let over = component.and_then(|component| component.over(requested_bytes, overview.level));
    if reason == ReserveReason::NoRoom {
        // So that a retry finds room.
        admission.shortage.refused(requested_bytes, component.filter(|_| over.is_some()));
    }
    with(admission, overview, over, reason, (requested_bytes, requested_bytes))
}

/// More than the limit is refused at once, where anybody is: waiting would not help.
pub(super) fn unless_within_limit(
    admission: &Admission,
    component: Option<&Arc<Component>>,
    requested_bytes: u64,
    total_bytes: u64,
) -> Result<(), ReserveError> {
    let component = component.map(Arc::as_ref);
    if !admission.never_grants(total_bytes, component) {
        return Ok(());
    }
    admission.counters.refused_above_limit.increment();
    Err(above_limit(admission, component, requested_bytes, total_bytes))
}

/// What one is told whose `total_bytes` are more than the limit.
pub(super) fn above_limit(
    admission: &Admission,
    component: Option<&Component>,
    requested_bytes: u64,
    total_bytes: u64,
) -> ReserveError {
    let overview = admission.overview(admission.now());
    let component = component.and_then(|component| component.never_fits(total_bytes)).map(Component::state);
    with(admission, overview, component, ReserveReason::AboveLimit, (requested_bytes, total_bytes))
}

fn with(
    admission: &Admission,
    overview: Overview,
    component: Option<ComponentState>,
    reason: ReserveReason,
    (requested_bytes, total_bytes): (u64, u64),
) -> ReserveError {
    let ledger = overview.ledger;
    let enough_bytes = (reason == ReserveReason::AboveLimit && component.is_none()).then(|| {
        let held_bytes = total_bytes.saturating_add(ledger.overhead_bytes);
        enough((total_bytes, 100), (held_bytes, overview.held_hard_percent), overview.slop_factor)
    });
    let limit_bytes = match (&component, reason) {
        (Some(component), _) => component.bound_bytes,
        (None, ReserveReason::AboveLimit) => overview.limits.effective_bytes,
        (None, ReserveReason::NoRoom | ReserveReason::TimedOut) => overview.reservable_bytes,
    };
    ReserveError {
        reason,
        requested_bytes,
        reserved_bytes: total_bytes.saturating_sub(requested_bytes),
        limit_bytes,
        limits: Box::new(overview.limits),
        enough_bytes,
        component: component.map(Box::new),
        ledger: Box::new(ledger),
        waiting: overview.waiting,
        largest: admission.largest.get(),
        limit_source: overview.limit_source.map(String::into_boxed_str),
    }
}
