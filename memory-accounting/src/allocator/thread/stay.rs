//! Entering a group, and going back.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::group::{Group, Mark};
use super::super::presence::Place;
use super::super::slots;
use super::{Stage, THREAD, Thread};

/// The stay of this thread in a group. Two words, which the compiler keeps in registers.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stay {
    /// Where the group stands in the thread's row. For a stray, a byte behind its place, so that it is never taken for one.
    place: *const Place,
    /// The group that was entered.
    mark: Mark,
}

/// How many times a group was entered that had been removed.
static STALE: AtomicUsize = AtomicUsize::new(0);

/// How many times a group was entered that had been removed.
pub(in super::super) fn stale_entries() -> usize {
    STALE.load(Ordering::Relaxed)
}

/// Makes `group` the current one, or the root if it was removed.
#[inline]
pub(in super::super) fn enter(group: Group) -> Stay {
    try_enter(group).unwrap_or_else(|| enter_slowly(group))
}

/// Makes `group` the current one, if that takes a few instructions and calls nothing. Where it does not, nothing has changed, and
/// [`enter_slowly`] does it.
#[inline]
pub(in super::super) fn try_enter(group: Group) -> Option<Stay> {
    THREAD.try_with(|thread| thread.try_enter(group)).ok().flatten()
}

/// The rest of [`enter`].
#[cold]
#[inline(never)]
pub(in super::super) fn enter_slowly(group: Group) -> Stay {
    THREAD.try_with(|thread| thread.enter_slowly(group)).unwrap_or(Stay::NONE)
}

/// Makes the group from before the current one again. What was entered since is left as well.
#[inline]
pub(in super::super) fn leave(stay: Stay) {
    let _ = THREAD.try_with(|thread| thread.leave(stay));
}

/// Notes that a group was entered that had been removed.
pub(super) fn count_stale_entry() {
    STALE.fetch_add(1, Ordering::Relaxed);
}

impl Stay {
    /// Leaving it changes nothing.
    pub(super) const NONE: Self = Self { place: ptr::dangling(), mark: Mark::NOBODY };

    pub(super) const fn of_stray(place: *const Place, mark: Mark) -> Self {
        Self { place: place.wrapping_byte_add(1), mark }
    }

    /// The place, if it is that of a stray.
    fn stray_place(self) -> Option<*const Place> {
        (!self.place.is_aligned()).then(|| self.place.wrapping_byte_sub(1))
    }
}

impl Thread {
    #[inline]
    fn try_enter(&self, group: Group) -> Option<Stay> {
        let here = self.here.get();
        if here >= self.end.get() {
            return None;
        }
        let next = here.wrapping_add(1);
        self.here.set(next);
        if self.here().try_enter(group, slots::of(group.id())) {
            Some(Stay { place: next, mark: group.mark() })
        } else {
            self.here.set(here);
            None
        }
    }

    #[inline]
    fn leave(&self, stay: Stay) {
        if ptr::eq(self.here.get(), stay.place) && self.here().mark() == stay.mark {
            self.here().leave();
            self.here.set(stay.place.wrapping_sub(1));
        } else {
            self.leave_slowly(stay);
        }
    }

    fn enter_slowly(&self, group: Group) -> Stay {
        if self.stage.get() == Stage::New {
            self.join();
        }
        if self.stage.get() != Stage::Joined || self.is_stray() {
            return self.enter_as_stray(group);
        }
        self.try_enter(group).unwrap_or_else(|| self.enter_root())
    }

    /// Makes the root the current group, where another was meant that was removed, or that is too deep.
    fn enter_root(&self) -> Stay {
        count_stale_entry();
        if self.here.get() > self.end.get() {
            // There already, since it is too deep.
            return Stay::NONE;
        }
        self.here.set(self.here.get().wrapping_add(1));
        self.here().stand(Mark::ROOT);
        Stay { place: self.here.get(), mark: Mark::ROOT }
    }

    #[cold]
    #[inline(never)]
    fn leave_slowly(&self, stay: Stay) {
        match stay.stray_place() {
            Some(place) => self.leave_as_stray(place, stay.mark),
            None => self.leave_out_of_order(stay),
        }
    }

    /// Guards above this one were forgotten, or are dropped later; or it was left already, with one below that was dropped before.
    fn leave_out_of_order(&self, stay: Stay) {
        let places = self.table().presence().places();
        let index_of = |place| places.iter().position(|one| ptr::eq(one, place));
        let (Some(index), Some(last)) = (index_of(stay.place), index_of(self.here.get())) else { return };
        let (Some(left), Some(before)) = (places.get(index..=last), index.checked_sub(1)) else { return };
        if left.first().is_some_and(|place| place.mark() == stay.mark) {
            left.iter().rev().for_each(Place::leave);
            self.here.set(places.as_ptr().wrapping_add(before));
        }
    }
}
