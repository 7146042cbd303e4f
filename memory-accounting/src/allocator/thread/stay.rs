//! Entering a group, and going back.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::group::{Group, Mark};
use super::super::presence::Place;
use super::super::slots;
use super::stray::Stray;
use super::{Stage, THREAD, Thread};

/// The stay of this thread in a group. Two words, which the compiler keeps in registers.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stay {
    /// Where the group stands in the thread's row; null for a stray, which has no place of its own there.
    place: *const Place,
    /// The mark of the group; the bits of a [`Stray`] for one.
    bits: u64,
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
    THREAD.try_with(|thread| thread.enter_slowly(group)).unwrap_or(Stay::OF_NO_THREAD)
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
    const OF_NO_THREAD: Self = Self::at(ptr::dangling(), Mark::NOBODY);

    #[inline]
    const fn at(place: *const Place, mark: Mark) -> Self {
        Self { place, bits: mark.to_bits() as u64 }
    }

    const fn of_stray(stray: Stray) -> Self {
        Self { place: ptr::null(), bits: stray.to_bits() }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a mark has half as many")]
    const fn mark(self) -> Mark {
        Mark::from_bits(self.bits as u32)
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
            Some(Stay::at(next, group.mark()))
        } else {
            self.here.set(here);
            None
        }
    }

    #[inline]
    fn leave(&self, stay: Stay) {
        if ptr::eq(self.here.get(), stay.place) && self.here().mark() == stay.mark() {
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
        if self.here.get() >= self.end.get() {
            return Stay::of_stray(self.enter_as_stray(group));
        }
        self.try_enter(group).unwrap_or_else(|| {
            count_stale_entry();
            self.here.set(self.here.get().wrapping_add(1));
            self.here().stand(Mark::ROOT);
            Stay::at(self.here.get(), Mark::ROOT)
        })
    }

    #[cold]
    #[inline(never)]
    fn leave_slowly(&self, stay: Stay) {
        if stay.place.is_null() {
            self.leave_as_stray(Stray::from_bits(stay.bits));
        } else {
            self.leave_out_of_order(stay);
        }
    }

    /// Guards above this one were forgotten, or are dropped later; or it was left already, with one below that was dropped before.
    fn leave_out_of_order(&self, stay: Stay) {
        let places = self.table().presence().places();
        let index_of = |place| places.iter().position(|one| ptr::eq(one, place));
        let (Some(index), Some(last)) = (index_of(stay.place), index_of(self.here.get())) else { return };
        let (Some(left), Some(before)) = (places.get(index..=last), index.checked_sub(1)) else { return };
        if left.first().is_some_and(|place| place.mark() == stay.mark()) {
            left.iter().rev().for_each(Place::leave);
            self.strays.set(0);
            self.here.set(places.as_ptr().wrapping_add(before));
        }
    }
}
