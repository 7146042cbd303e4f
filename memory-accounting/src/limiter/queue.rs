//! Who waits, first come, first served.

mod lane;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;

use self::lane::{Entry, Lane};
use super::component::Component;

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// To go on; what it will take is not known.
    Capacity,
    /// To be promised so many bytes.
    Reservation(u64),
    /// To be promised so many bytes more.
    Growth(u64),
}

impl Request {
    /// The bytes that are asked for; 0 where that is not said.
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::Capacity => 0,
            Self::Reservation(bytes) | Self::Growth(bytes) => bytes,
        }
    }
}

/// Names one that waits. Growth comes before all else: what holders have is given back only when they get on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    class: Class,
    number: u64,
    /// Of which queue: that of a forked child is another.
    generation: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Holder,
    Newcomer,
}

/// What has become of one that waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It still waits.
    Waiting,
    /// It was let through.
    LetThrough,
    /// It was refused: it waited for more than there may ever be. Said once.
    Refused,
    /// It waited in the process that this one was forked from.
    Forgotten,
}

/// Those who wait, in order. Each component that is held to a bound has a lane of its own, so that it holds up nobody else.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// None is empty.
    lanes: Vec<Lane>,
    next: u64,
    growing: u64,
    /// How many of them wait for capacity.
    capacity: u64,
    /// Those that were refused and do not know it yet.
    refused: BTreeSet<Ticket>,
    generation: u32,
}

/// Who is next.
#[derive(Debug)]
pub(super) struct First {
    pub(super) ticket: Ticket,
    pub(super) request: Request,
    pub(super) since: Instant,
    pub(super) component: Option<Arc<Component>>,
    /// Whether its component is over its bound.
    pub(super) is_held: bool,
    /// Whether it is its turn nevertheless.
    pub(super) is_due: bool,
}

/// By when those go on whose components are over their bounds, so that nobody waits for ever. `None` is before all times.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    /// Who waits since then, where its component made no progress since then: when nobody else is in front of it.
    pub(super) next: Option<Instant>,
    /// Who waits since then, and likewise: also before those within their bounds.
    pub(super) first: Option<Instant>,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.lanes.iter().map(|lane| lane.entries.len()).sum()
    }

    /// Whether one waits whose component is held to a bound.
    pub(super) fn has_components(&self) -> bool {
        self.lanes.iter().any(|lane| lane.component.is_some())
    }

    /// Whether one of `component` waits.
    pub(super) fn has_lane(&self, component: &Arc<Component>) -> bool {
        self.lanes.iter().any(|lane| lane.is_of(Some(component)))
    }

    /// How many of them wait for growth.
    pub(super) fn growing(&self) -> u64 {
        self.growing
    }

    pub(super) fn join(
        &mut self,
        request: Request,
        component: Option<&Arc<Component>>,
        since: Instant,
        waker: Waker,
    ) -> Ticket {
        let class = match request {
            Request::Growth(_) => Class::Holder,
            Request::Capacity | Request::Reservation(_) => Class::Newcomer,
        };
        let ticket = Ticket { class, number: self.next, generation: self.generation };
        self.next = self.next.wrapping_add(1);
        self.growing = self.growing.saturating_add(u64::from(class == Class::Holder));
        self.capacity = self.capacity.saturating_add(u64::from(request == Request::Capacity));
        let entry = Entry { request, since, waker };
        match self.lanes.iter_mut().find(|lane| lane.is_of(component)) {
            Some(lane) => {
                lane.entries.insert(ticket, entry);
            }
            None => self.lanes.push(Lane::new(component, ticket, entry)),
        }
        ticket
    }

    /// Who is next, where `excess` tells how far a component is over its bound for a request that waits since then: those within, then the
    /// least over.
    pub(super) fn first(
        &self,
        excess: impl Fn(&Component, Request, Instant) -> u64,
        due: Due,
    ) -> Option<First> {
        let firsts = self.lanes.iter().filter_map(|lane| lane.first(&excess, due));
        firsts.min_by_key(|(order, first)| (*order, first.ticket)).map(|(_, first)| first)
    }

    /// Whether nobody waits but those whose components are over their bounds: they hold up nobody else.
    pub(super) fn is_idle(&self, excess: impl Fn(&Component, Request, Instant) -> u64) -> bool {
        self.lanes.iter().all(|lane| lane.is_held(&excess))
    }

    /// Who has waited for the longest, whatever components use.
    pub(super) fn oldest(&self) -> Option<(Ticket, Request, Option<Arc<Component>>)> {
        let firsts = self.lanes.iter().filter_map(|lane| Some((lane, lane.entries.first_key_value()?)));
        let (lane, (ticket, entry)) = firsts.min_by_key(|(_, (ticket, _))| **ticket)?;
        Some((*ticket, entry.request, lane.component.clone()))
    }

    /// The lane of those whose component is held to no bound.
    fn unbounded_lane(&self) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.is_of(None))
    }

    /// Since when the first has waited, where it waits for bytes and not for capacity, and its component is held to no bound.
    pub(super) fn bytes_in_front_since(&self) -> Option<Instant> {
        let front = self.unbounded_lane()?.entries.values().next()?;
        (front.request != Request::Capacity).then_some(front.since)
    }

    /// The first that waits for capacity, where it does behind one that waits for bytes.
    pub(super) fn behind_bytes(&self) -> Option<First> {
        if self.capacity == 0 || self.bytes_in_front_since().is_none() {
            return None;
        }
        let mut entries = self.unbounded_lane()?.entries.iter();
        let (ticket, entry) = entries.find(|(_, entry)| entry.request == Request::Capacity)?;
        let (ticket, request, since) = (*ticket, entry.request, entry.since);
        Some(First { ticket, request, since, component: None, is_held: false, is_due: false })
    }

    /// Notes that the one of `ticket` is let through although its component is over its bound.
    pub(super) fn progressed(&mut self, ticket: Ticket, now: Instant) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.entries.contains_key(&ticket)) {
            lane.progressed = Some(now);
        }
    }

    /// Takes one out, who then no longer waits.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<(Waker, Instant)> {
        let entry = self.lanes.iter_mut().find_map(|lane| lane.entries.remove(&ticket))?;
        self.lanes.retain(|lane| !lane.entries.is_empty());
        self.growing = self.growing.saturating_sub(u64::from(ticket.class == Class::Holder));
        self.capacity = self.capacity.saturating_sub(u64::from(entry.request == Request::Capacity));
        Some((entry.waker, entry.since))
    }

    /// Refuses those that wait for what `never_fits`, and returns their wakers.
    pub(super) fn refuse(&mut self, never_fits: impl Fn(Request, Option<&Component>) -> bool) -> Vec<Waker> {
        let mut refused = Vec::new();
        for lane in &self.lanes {
            let component = lane.component.as_deref();
            let unfit = lane.entries.iter().filter(|(_, entry)| never_fits(entry.request, component));
            refused.extend(unfit.map(|(ticket, _)| *ticket));
        }
        let wakers: Vec<_> =
            refused.iter().filter_map(|ticket| self.remove(*ticket)).map(|(waker, _)| waker).collect();
        self.refused.extend(refused);
        wakers
    }

    /// What has become of the one of `ticket`. If it waits, it is woken by `waker` from now on, which is exchanged for the one before.
    pub(super) fn renew(&mut self, ticket: Ticket, waker: &mut Waker) -> Standing {
        if ticket.generation != self.generation {
            return Standing::Forgotten;
        }
        match self.lanes.iter_mut().find_map(|lane| lane.entries.get_mut(&ticket)) {
            Some(entry) => {
                std::mem::swap(&mut entry.waker, waker);
                Standing::Waiting
            }
            None if self.refused.remove(&ticket) => Standing::Refused,
            None => Standing::LetThrough,
        }
    }

    /// Begins anew in a forked child, whose parent has the others. Their wakers may need threads that are not here, also for being dropped.
    pub(super) fn forget_all(&mut self) {
        let lanes = std::mem::take(&mut self.lanes);
        lanes.into_iter().flat_map(|lane| lane.entries.into_values()).for_each(std::mem::forget);
        (self.growing, self.capacity) = (0, 0);
        self.refused.clear();
        self.generation = self.generation.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::limiter::component_state::{Bound, BoundSource, Enforcement};
    use crate::registry::ComponentRegistry;

    fn join(queue: &mut Queue, request: Request) -> Ticket {
        queue.join(request, None, Instant::now(), Waker::noop().clone())
    }

    fn in_order(mut queue: Queue) -> Vec<Request> {
        let mut order = Vec::new();
        while let Some(first) = queue.first(|_, _, _| 0, NEVER) {
            assert_eq!(queue.oldest().map(|(ticket, ..)| ticket), Some(first.ticket));
            order.push(first.request);
            assert!(queue.remove(first.ticket).is_some());
        }
        order
    }

    #[test]
    fn first_come_first_served_and_growth_before_all_else() {
        let mut queue = Queue::default();
        let requests = [Request::Capacity, Request::Reservation(5), Request::Growth(7), Request::Growth(3)];
        for request in requests {
            join(&mut queue, request);
        }
        assert_eq!((queue.len(), queue.growing()), (4, 2));
        let [capacity, reservation, seven, three] = requests;
        assert_eq!(in_order(queue), [seven, three, capacity, reservation]);
    }

    fn component(name: &str) -> Arc<Component> {
        let registry = ComponentRegistry::default().get_or_create(name);
        let bound = Bound { bytes: 0, source: BoundSource::Declared };
        Arc::new(Component::new(None, registry, bound, Enforcement::Always))
    }

    /// The numbers of those who wait, from the first to the last, where each component is so far over its bound.
    fn order(queue: &mut Queue, excesses: &[(&Arc<Component>, u64)], due: Due) -> Vec<u64> {
        let excess = |component: &Component, _, _| {
            let found = excesses.iter().find(|(other, _)| std::ptr::eq(other.as_ref(), component));
            found.expect("it is known").1
        };
        let mut order = Vec::new();
        while let Some(first) = queue.first(excess, due) {
            order.push(first.ticket.number);
            assert!(queue.remove(first.ticket).is_some());
        }
        order
    }

    const NEVER: Due = Due { next: None, first: None };

    #[test]
    fn the_one_furthest_over_its_bound_goes_last() {
        let (over, further_over, within) = (component("over"), component("further"), component("within"));
        let excesses = [(&over, 1200), (&further_over, 1500), (&within, 0)];
        let mut queue = Queue::default();
        let waits = [Some(&further_over), Some(&over), None, Some(&further_over), Some(&within)];
        for component in waits {
            queue.join(Request::Capacity, component, Instant::now(), Waker::noop().clone());
        }
        assert_eq!(order(&mut queue, &excesses, NEVER), [2, 4, 1, 0, 3]);
    }

    #[test]
    fn who_has_waited_for_long_goes_before_those_within_once_a_while() {
        let (over, start) = (component("over"), Instant::now());
        let join = |queue: &mut Queue, component| {
            queue.join(Request::Capacity, component, start, Waker::noop().clone())
        };
        let long_after = Due { next: Some(start), first: Some(start) };
        let mut queue = Queue::default();
        let (first, _) = (join(&mut queue, Some(&over)), join(&mut queue, Some(&over)));
        join(&mut queue, None);
        assert!(
            queue.first(|_, _, _| 1100, long_after).is_some_and(|next| next.ticket == first && next.is_due)
        );
        queue.progressed(first, start + Duration::from_millis(1));
        queue.remove(first);
        assert_eq!(order(&mut queue, &[(&over, 1100)], long_after), [2, 1]);
    }

    #[test]
    fn those_over_their_bounds_hold_up_nobody_else() {
        let over = component("over");
        let mut queue = Queue::default();
        queue.join(Request::Capacity, Some(&over), Instant::now(), Waker::noop().clone());
        assert!(queue.is_idle(|_, _, _| 1) && !queue.is_idle(|_, _, _| 0) && !queue.is_empty());
        join(&mut queue, Request::Capacity);
        assert!(!queue.is_idle(|_, _, _| 1));
    }

    #[test]
    fn a_reservation_waits_for_the_holders_of_its_component() {
        let (over, now) = (component("over"), Instant::now());
        let mut queue = Queue::default();
        queue.join(Request::Reservation(1), Some(&over), now, Waker::noop().clone());
        let is_due = |queue: &Queue| {
            let due = Due { next: Some(now), first: Some(now) };
            queue.first(|_, _, _| 1, due).is_some_and(|first| first.is_due)
        };
        over.promise(5);
        assert!(!is_due(&queue));
        over.give_back(5);
        assert!(is_due(&queue));
    }

    #[test]
    fn what_never_fits_is_refused_and_told_so_once() {
        let mut queue = Queue::default();
        let [large, small] = [7, 3].map(|bytes| join(&mut queue, Request::Reservation(bytes)));
        assert_eq!(queue.refuse(|request, _| request.bytes() > 5).len(), 1);
        let mut waker = Waker::noop().clone();
        assert_eq!(queue.renew(large, &mut waker), Standing::Refused);
        assert_eq!((queue.renew(small, &mut waker), queue.len()), (Standing::Waiting, 1));
        assert!(queue.refused.is_empty());
    }

    #[test]
    fn it_is_known_what_became_of_each() {
        let mut queue = Queue::default();
        let tickets = [(); 3].map(|()| join(&mut queue, Request::Growth(1)));
        assert!(queue.remove(tickets[0]).is_some() && queue.remove(tickets[0]).is_none());
        let mut waker = Waker::noop().clone();
        let standings = tickets.map(|ticket| queue.renew(ticket, &mut waker));
        assert_eq!(standings, [Standing::LetThrough, Standing::Waiting, Standing::Waiting]);
        queue.forget_all();
        assert_eq!(queue.renew(tickets[2], &mut waker), Standing::Forgotten);
        assert_eq!((queue.is_empty(), queue.growing()), (true, 0));
    }
}
