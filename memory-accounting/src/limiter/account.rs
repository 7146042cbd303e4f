//! Where a promise counts.

use std::sync::Arc;

use super::admission::Admission;
use super::component::Component;
use super::error::{ReserveError, ReserveReason};
use super::queue::Request;
use super::refusal;

/// Where a promise counts: for the process, and for the component it was made to, where that is held to a bound. What is given back, is to both, to the
/// component first: whoever then waits for the process is let through by both.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) admission: Arc<Admission>,
    pub(super) component: Option<Arc<Component>>,
    /// Whether more is promised whatever there is.
    pub(super) is_exempt: bool,
}

impl Account {
    /// Whether it is the same.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.admission, &other.admission)
            && self.component.as_ref().map(Arc::as_ptr) == other.component.as_ref().map(Arc::as_ptr)
    }

    /// What was promised has been allocated: it is live now.
    pub(super) fn filled(&self, bytes: u64) {
        self.component.iter().for_each(|component| component.give_back(bytes));
        self.admission.filled(bytes);
    }

    /// What had been allocated was freed, and is promised again.
    pub(super) fn emptied(&self, bytes: u64) {
        self.component.iter().for_each(|component| component.promise(bytes));
        self.admission.emptied(bytes);
    }

    /// What was promised is not needed any more, and whoever had it overdraws no longer.
    pub(super) fn give_back(&self, bytes: u64, overdrawn: bool) {
        self.component.iter().for_each(|component| component.give_back(bytes));
        self.admission.give_back(bytes, overdrawn);
    }

    /// Grants `request` whatever there is.
    pub(super) fn grant_anyway(&self, request: Request) {
        self.admission.grant_anyway(request, self.component.as_ref());
    }

    /// Promises `bytes` more to one that is never held back.
    pub(super) fn grow_exempt(&self, bytes: u64) {
        self.admission.grow_exempt(bytes, self.component.as_ref());
    }

    /// A reservation ends of which `bytes` are left.
    pub(super) fn end_reservation(&self, bytes: u64, overdrawn: bool) {
        self.component.iter().for_each(|component| component.give_back(bytes));
        self.admission.end_reservation(bytes, overdrawn);
    }

    /// Grants `request` if it need not wait.
    pub(super) fn request_at_once(&self, request: Request) -> bool {
        self.admission.request_at_once(request, self.component.as_ref(), self.admission.now())
    }

    pub(super) fn refusal(&self, reason: ReserveReason, bytes: u64) -> ReserveError {
        refusal::of(&self.admission, self.component.as_ref(), reason, bytes)
    }

    /// What one is told that waited for `bytes` when the limit became less.
    pub(super) fn above_limit(&self, bytes: u64) -> ReserveError {
        refusal::above_limit(&self.admission, self.component.as_deref(), bytes, bytes)
    }

    /// More than a limit is refused at once.
    pub(super) fn unless_within_limit(&self, bytes: u64, total_bytes: u64) -> Result<(), ReserveError> {
        refusal::unless_within_limit(&self.admission, self.component.as_ref(), bytes, total_bytes)
    }
}
