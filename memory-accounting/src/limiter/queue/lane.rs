//! Those who wait of one component, or of none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use super::{Due, First, Request, Ticket};
use crate::limiter::component::Component;

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) request: Request,
    pub(super) since: Instant,
    pub(super) waker: Waker,
}

/// Those whose component is the same, in order. Where it is over its bound, they hold up nobody else.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) component: Option<Arc<Component>>,
    pub(super) entries: BTreeMap<Ticket, Entry>,
    /// When one of it was last let through although the component was over its bound.
    pub(super) progressed: Option<Instant>,
}

impl Lane {
    pub(super) fn new(component: Option<&Arc<Component>>, ticket: Ticket, entry: Entry) -> Self {
        Self { component: component.cloned(), entries: BTreeMap::from([(ticket, entry)]), progressed: None }
    }

    pub(super) fn is_of(&self, component: Option<&Arc<Component>>) -> bool {
        match (&self.component, component) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        }
    }

    /// The first of it, after how far its component is over its bound; after 0 where it goes before those within their bounds.
    pub(super) fn first(
        &self,
        excess: impl Fn(&Component, Request, Instant) -> u64,
        due: Due,
    ) -> Option<(u64, First)> {
        let (ticket, entry) = self.entries.first_key_value()?;
        let excess = self.excess(entry, excess);
        let made_no_progress_since = |time| self.progressed.is_none_or(|at| at <= time);
        let next = due.next.filter(|time| !self.waits_for_holders(entry) && made_no_progress_since(*time));
        let is_due = |since: Option<Instant>| since.is_some_and(|time| entry.since <= time);
        let goes_first = next.is_some() && is_due(due.first);
        let first = First {
            ticket: *ticket,
            request: entry.request,
            since: entry.since,
            component: self.component.clone(),
            is_held: excess > 0,
            is_due: is_due(next),
        };
        Some((if goes_first { 0 } else { excess }, first))
    }

    /// Whether its component is over its bound for the first of it.
    pub(super) fn is_held(&self, excess: impl Fn(&Component, Request, Instant) -> u64) -> bool {
        self.entries.values().next().is_none_or(|first| self.excess(first, excess) > 0)
    }

    /// Whether holders of reservations of the component may still give back what `first` waits for.
    fn waits_for_holders(&self, first: &Entry) -> bool {
        matches!(first.request, Request::Reservation(_))
            && self.component.as_ref().is_some_and(|component| component.has_promises())
    }

    fn excess(&self, first: &Entry, excess: impl Fn(&Component, Request, Instant) -> u64) -> u64 {
        self.component.as_ref().map_or(0, |component| excess(component, first.request, first.since))
    }
}
