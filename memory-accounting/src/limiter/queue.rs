//! Who waits, first come, first served.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

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
    /// It waited in the process that this one was forked from.
    Forgotten,
}

#[derive(Debug)]
struct Entry {
    request: Request,
    since: Instant,
    waker: Waker,
}

/// Those who wait, in order.
#[derive(Debug, Default)]
pub(super) struct Queue {
    entries: BTreeMap<Ticket, Entry>,
    next: u64,
    growing: u64,
    generation: u32,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them wait for growth.
    pub(super) fn growing(&self) -> u64 {
        self.growing
    }

    pub(super) fn join(&mut self, request: Request, since: Instant, waker: Waker) -> Ticket {
        let class = match request {
            Request::Growth(_) => Class::Holder,
            Request::Capacity | Request::Reservation(_) => Class::Newcomer,
        };
        let ticket = Ticket { class, number: self.next, generation: self.generation };
        self.next = self.next.wrapping_add(1);
        self.growing = self.growing.saturating_add(u64::from(class == Class::Holder));
        self.entries.insert(ticket, Entry { request, since, waker });
        ticket
    }

    /// Who is next, and since when it waits.
    pub(super) fn first(&self) -> Option<(Ticket, Request, Instant)> {
        self.entries.first_key_value().map(|(ticket, entry)| (*ticket, entry.request, entry.since))
    }

    /// Takes one out, who then no longer waits.
    pub(super) fn remove(&mut self, ticket: Ticket) -> Option<(Waker, Instant)> {
        let entry = self.entries.remove(&ticket)?;
        self.growing = self.growing.saturating_sub(u64::from(ticket.class == Class::Holder));
        Some((entry.waker, entry.since))
    }

    /// What has become of the one of `ticket`. If it waits, it is woken by `waker` from now on, which is exchanged for the one before.
    pub(super) fn renew(&mut self, ticket: Ticket, waker: &mut Waker) -> Standing {
        if ticket.generation != self.generation {
            return Standing::Forgotten;
        }
        match self.entries.get_mut(&ticket) {
            Some(entry) => {
                std::mem::swap(&mut entry.waker, waker);
                Standing::Waiting
            }
            None => Standing::LetThrough,
        }
    }

    /// Begins anew in a forked child, whose parent has the others. Their wakers may need threads that are not here, also for being dropped.
    pub(super) fn forget_all(&mut self) {
        std::mem::take(&mut self.entries).into_values().for_each(std::mem::forget);
        self.growing = 0;
        self.generation = self.generation.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(queue: &mut Queue, request: Request) -> Ticket {
        queue.join(request, Instant::now(), Waker::noop().clone())
    }

    fn in_order(mut queue: Queue) -> Vec<Request> {
        let mut order = Vec::new();
        while let Some((ticket, request, _)) = queue.first() {
            order.push(request);
            assert!(queue.remove(ticket).is_some());
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
