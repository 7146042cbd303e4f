//! Where the promises of a limiter are kept.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, Weak};

use super::admission::Admission;
use super::promises::Promises;
use crate::allocator::AllocationGroupToken;
use crate::lock::lock;
use crate::system::fork_generation;

/// Places of limiters that ended, and all of whose reservations did.
static FREE: Mutex<Vec<&'static Place>> = Mutex::new(Vec::new());

/// The promises of one limiter.
///
/// It is there for ever, and goes to the next limiter when the last that holds something in it ends: the limiter itself, or a reservation. So a
/// reservation is counted, and keeps nothing else alive, which would have to be counted as well. There are as many places as there were
/// limiters at once.
#[derive(Debug, Default)]
pub(super) struct Place {
    promises: Promises,
    /// Of which process they are: a forked child is another than its parent.
    generation: AtomicU32,
    admission: Mutex<Weak<Admission>>,
}

impl Place {
    /// The limiter, unless it has ended.
    pub(super) fn admission(&self) -> Option<Arc<Admission>> {
        lock(&self.admission).upgrade()
    }

    /// Whether what is promised here was in this process, and not in the one that it was forked from.
    #[inline]
    pub(super) fn is_of_this_process(&self) -> bool {
        // Pairs with the `Release` in `go_on_in`.
        self.generation.load(Ordering::Acquire) == fork_generation()
    }

    /// From now on promises are those of the process of `generation`; what was promised before is forgotten by now.
    pub(super) fn go_on_in(&self, generation: u32) {
        self.generation.store(generation, Ordering::Release);
    }

    /// One that holds something here ends, and has given it back.
    #[inline]
    pub(super) fn end(&'static self) {
        if self.promises.end() {
            self.release();
        }
    }

    #[cold]
    fn release(&'static self) {
        AllocationGroupToken::root().scope(|| lock(&FREE).push(self));
    }

    /// Lets those through for whom there is room now. Where the place is another limiter's by now, that one looks for nothing.
    #[inline]
    pub(super) fn made_room(&self) {
        if self.promises.waiting() > 0 {
            self.look();
        }
    }

    #[cold]
    fn look(&self) {
        if let Some(admission) = self.admission() {
            admission.look(admission.now());
        }
    }
}

impl Deref for Place {
    type Target = Promises;

    #[inline]
    fn deref(&self) -> &Promises {
        &self.promises
    }
}

/// The place of a limiter, for as long as there is one.
#[derive(Debug)]
pub(super) struct Lease {
    place: &'static Place,
    /// How many reservations had been made here before.
    made_before: u64,
}

impl Lease {
    pub(super) fn new() -> Self {
        let free = lock(&FREE).pop();
        let place = free.unwrap_or_else(|| AllocationGroupToken::root().scope(|| Box::leak(Box::default())));
        // The limiter itself.
        place.begin();
        place.go_on_in(fork_generation());
        Self { place, made_before: place.made() }
    }

    /// Has `admission` look when something is given back here.
    pub(super) fn belong_to(&self, admission: &Arc<Admission>) {
        let _before = std::mem::replace(&mut *lock(&self.place.admission), Arc::downgrade(admission));
    }

    #[inline]
    pub(super) fn place(&self) -> &'static Place {
        self.place
    }

    /// How many reservations the limiter has made.
    pub(super) fn reservations_made(&self) -> u64 {
        self.place.made().saturating_sub(self.made_before)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.place.publish(0, 0);
        self.place.end();
    }
}

impl Deref for Lease {
    type Target = Place;

    #[inline]
    fn deref(&self) -> &Place {
        self.place
    }
}
