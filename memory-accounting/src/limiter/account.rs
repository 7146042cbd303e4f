//! Where a promise counts.

use std::sync::Arc;

use super::admission::Admission;
use super::component::Component;
use super::error::{ReserveError, ReserveReason};
use super::place::Place;
use super::queue::Request;
use super::refusal;
use super::wait::{AboveLimit, Granted, Wait};
use crate::system::fork_generation;

/// Where a promise counts: for the process, and for the component it was made to, where that is held to a bound. What is given back, is to both, to the
/// component first: whoever then waits for the process is let through by both.
///
/// The limiter may have ended. Then it grants whatever is asked for. So does an account of the parent in a forked child, and nothing counts there any more:
/// the child has forgotten what was promised before ([`Admission::begin_anew`](super::admission::Admission)).
#[derive(Clone, Debug)]
pub(super) struct Account {
    place: &'static Place,
    component: Option<Arc<Component>>,
    /// Whether more is promised whatever there is.
    is_exempt: bool,
    /// Of which process.
    generation: u32,
}

/// Who has a promise.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    /// It counts.
    Held(Account),
    /// It counts nowhere, as of a limiter that never holds anybody back; but perhaps it is a component's.
    Free(Option<Arc<Component>>),
}

impl Owner {
    #[inline]
    pub(super) fn account(&self) -> Option<&Account> {
        match self {
            Self::Held(account) => Some(account),
            Self::Free(_) => None,
        }
    }

    #[inline]
    pub(super) fn component(&self) -> Option<&Arc<Component>> {
        match self {
            Self::Held(account) => account.component.as_ref(),
            Self::Free(component) => component.as_ref(),
        }
    }

    /// That of another reservation, which begins.
    pub(super) fn begin_another(&self) -> Self {
        match self {
            Self::Held(account) => Self::Held(account.begin_another()),
            Self::Free(component) => Self::Free(component.clone()),
        }
    }
}

impl Account {
    #[inline]
    pub(super) fn new(place: &'static Place, component: Option<Arc<Component>>) -> Self {
        Self { place, component, is_exempt: false, generation: fork_generation() }
    }

    /// That of one that is never held back.
    pub(super) fn exempt(self) -> Self {
        Self { is_exempt: true, ..self }
    }

    /// Whether it is of the process that this one was forked from.
    #[inline]
    fn is_void(&self) -> bool {
        self.generation != fork_generation()
    }

    fn admission(&self) -> Option<Arc<Admission>> {
        if self.is_void() { None } else { self.place.admission() }
    }

    /// Whether it is the same, also of the same process.
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.place, other.place)
            && self.generation == other.generation
            && self.component.as_ref().map(Arc::as_ptr) == other.component.as_ref().map(Arc::as_ptr)
    }

    /// What was promised has been allocated: it is live now, and has counted twice until here.
    #[inline]
    pub(super) fn filled(&self, bytes: u64) {
        self.give_back(bytes, 0);
    }

    /// What had been allocated was freed. Says whether it is promised again: the room may be another's by now, unless this one is never held back.
    pub(super) fn emptied(&self, bytes: u64) -> bool {
        if self.is_exempt {
            self.grow_exempt(bytes);
            return true;
        }
        let Some(admission) = self.admission() else {
            self.promise_unasked(bytes);
            return true;
        };
        admission.promise_again(bytes, self.component.as_ref())
    }

    fn promise_unasked(&self, bytes: u64) {
        if !self.is_void() {
            self.component.iter().for_each(|component| component.promise(bytes));
            self.place.promise(bytes);
        }
    }

    /// What was promised is not needed any more, and `overdrawn_bytes` are overdrawn no longer. Both before anybody looks: who waits to grow is to
    /// find the room, and not to overdraw.
    #[inline]
    pub(super) fn give_back(&self, bytes: u64, overdrawn_bytes: u64) {
        if !self.is_void() && self.take_back(bytes, overdrawn_bytes) {
            self.place.made_room();
        }
    }

    /// Another reservation begins in the same account.
    pub(super) fn begin_another(&self) -> Self {
        if !self.is_void() {
            self.place.begin();
        }
        self.clone()
    }

    /// A reservation ends of which `bytes` are left. They are back before it is gone, because who waits may overdraw
    /// where there is no reservation.
    #[inline]
    pub(super) fn end_reservation(&self, bytes: u64, overdrawn_bytes: u64) {
        if self.is_void() {
            return;
        }
        self.take_back(bytes, overdrawn_bytes);
        self.place.end();
        self.place.made_room();
    }

    /// Says whether that changes anything.
    #[inline]
    fn take_back(&self, bytes: u64, overdrawn_bytes: u64) -> bool {
        if bytes > 0 {
            self.component.iter().for_each(|component| component.give_back(bytes));
            self.place.give_back(bytes);
        }
        if overdrawn_bytes > 0 {
            self.admission().inspect(|admission| admission.give_back_overdrawn(overdrawn_bytes));
        }
        bytes > 0 || overdrawn_bytes > 0
    }

    /// Grants `request` whatever there is.
    pub(super) fn grant_anyway(&self, request: Request) {
        match self.admission() {
            Some(admission) => admission.grant_anyway(request, self.component.as_ref()),
            None => self.promise_unasked(request.bytes()),
        }
    }

    /// Promises `bytes` more to the holder that overdraws, and returns how many of them it overdraws.
    ///
    /// # Errors
    ///
    /// Where that, with what its parts overdraw, would be more than the limit.
    pub(super) fn overdraw_more(&self, bytes: u64) -> Result<u64, ReserveError> {
        let Some(admission) = self.admission() else {
            self.promise_unasked(bytes);
            return Ok(0);
        };
        admission.overdraw_more(bytes, self.component.as_ref()).map_err(|total_bytes| {
            admission.counters.refused_above_limit.increment();
            refusal::above_limit(&admission, self.component.as_deref(), bytes, total_bytes)
        })
    }

    pub(super) fn is_exempt(&self) -> bool {
        self.is_exempt
    }

    /// Promises `bytes` more to one that is never held back.
    pub(super) fn grow_exempt(&self, bytes: u64) {
        match self.admission() {
            Some(admission) => admission.grow_exempt(bytes, self.component.as_ref()),
            None => self.promise_unasked(bytes),
        }
    }

    /// Grants `request` once there is room, or never.
    ///
    /// # Errors
    ///
    /// Where the limit has become less than that meanwhile.
    pub(super) async fn wait(&self, request: Request) -> Result<Granted, ReserveError> {
        let Some(admission) = self.admission() else {
            self.grant_anyway(request);
            return Ok(Granted { overdrawn_bytes: 0 });
        };
        let granted = Wait::new(&admission, self.component.as_ref(), request).await;
        let granted = granted.map_err(|AboveLimit| {
            refusal::above_limit(&admission, self.component.as_deref(), request.bytes(), request.bytes())
        })?;
        if !self.is_void() {
            return Ok(granted);
        }
        // Forked meanwhile: it was granted in the child, where the rest of the reservation does not count.
        Self::new(self.place, self.component.clone()).give_back(request.bytes(), granted.overdrawn_bytes);
        Ok(Granted { overdrawn_bytes: 0 })
    }

    /// Grants `request` if it need not wait.
    pub(super) fn request_at_once(&self, request: Request) -> bool {
        let Some(admission) = self.admission() else {
            self.grant_anyway(request);
            return true;
        };
        admission.request_at_once(request, self.component.as_ref(), admission.now())
    }

    /// Why `bytes` are refused; nothing is where the limiter has ended.
    pub(super) fn refusal(&self, reason: ReserveReason, bytes: u64) -> Option<ReserveError> {
        let admission = self.admission()?;
        Some(refusal::of(&admission, self.component.as_ref(), reason, bytes))
    }

    /// More than a limit is refused at once.
    pub(super) fn unless_within_limit(&self, bytes: u64, total_bytes: u64) -> Result<(), ReserveError> {
        self.admission().map_or(Ok(()), |admission| {
            refusal::unless_within_limit(&admission, self.component.as_ref(), bytes, total_bytes)
        })
    }
}
