//! Entering a group, and going back.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::group::{Group, GroupId, Mark};
use super::super::presence::Place;
use super::super::slots;
use super::{Stage, THREAD, Thread};

/// The stay of this thread in a group. Two words, which the compiler keeps in registers.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stay {
    /// Where the group stands in the thread's row; null for a stray, which has no place of its own there.
    place: *const Place,
    marks: Marks,
}

/// In the lower half the group that was entered. A stray has the one that it was entered from there, and in the upper half that
/// whose slot counts it.
#[derive(Clone, Copy, Debug)]
struct Marks(u64);

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

impl Stay {
    /// Leaving it changes nothing.
    const OF_NO_THREAD: Self = Self::at(ptr::dangling(), Mark::NOBODY);

    #[inline]
    const fn at(place: *const Place, mark: Mark) -> Self {
        Self { place, marks: Marks::both(mark, Mark::NOBODY) }
    }
}

impl Marks {
    #[inline]
    const fn both(lower: Mark, upper: Mark) -> Self {
        Self((upper.to_bits() as u64) << u32::BITS | lower.to_bits() as u64)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the lower half out")]
    const fn lower(self) -> Mark {
        Mark::from_bits(self.0 as u32)
    }

    const fn upper(self) -> Mark {
        Mark::from_bits((self.0 >> u32::BITS) as u32)
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
        if ptr::eq(self.here.get(), stay.place) && self.here().mark() == stay.marks.lower() {
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
            return self.enter_as_stray(group);
        }
        self.try_enter(group).unwrap_or_else(|| {
            STALE.fetch_add(1, Ordering::Relaxed);
            self.here.set(self.here.get().wrapping_add(1));
            self.here().stand(Mark::ROOT);
            Stay::at(self.here.get(), Mark::ROOT)
        })
    }

    /// Enters where the thread has no row, or no place is left in it: all strays share one place, and are counted in the slots of
    /// their groups.
    fn enter_as_stray(&self, group: Group) -> Stay {
        let entered = if slots::of(group.id()).stray_in(group.generation()) {
            group
        } else {
            STALE.fetch_add(1, Ordering::Relaxed);
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(GroupId::ROOT).stray_in(Group::ROOT.generation());
            Group::ROOT
        };
        let previous = if self.is_stray() { self.here().mark() } else { Mark::NOBODY };
        if !self.is_stray() {
            self.go_astray();
        }
        self.here().stand(entered.mark());
        Stay { place: ptr::null(), marks: Marks::both(previous, entered.mark()) }
    }

    #[cold]
    #[inline(never)]
    fn leave_slowly(&self, stay: Stay) {
        if stay.place.is_null() {
            self.leave_as_stray(stay.marks.lower());
            slots::of(stay.marks.upper().id()).stray_out();
        } else {
            self.leave_out_of_order(stay);
        }
    }

    fn leave_as_stray(&self, previous: Mark) {
        if !self.is_stray() {
            // Left already, with what it was entered from.
        } else if previous == Mark::NOBODY {
            self.here().leave();
            self.go_back();
        } else {
            let is_held = slots::group_in(previous.id()).mark() == previous;
            self.here().stand(if is_held { previous } else { Mark::ROOT });
        }
    }

    /// Whether the current group is that of a stray.
    pub(super) fn is_stray(&self) -> bool {
        self.is_alone()
            || self.table().presence().places().last().is_some_and(|last| ptr::eq(self.here.get(), last))
    }

    fn is_alone(&self) -> bool {
        ptr::eq(self.here.get(), &raw const self.alone)
    }

    /// To the place of strays: the last of the row, or where there is no row, that of one who is alone.
    fn go_astray(&self) {
        if self.has_table() {
            self.here.set(self.end.get().wrapping_add(1));
        } else {
            self.here.set(&raw const self.alone);
            self.end.set(&raw const self.alone);
        }
    }

    /// From there to where the first of them came from.
    fn go_back(&self) {
        if self.is_alone() { self.go_home() } else { self.here.set(self.end.get()) }
    }

    /// Guards above this one were forgotten, or are dropped later; or it was left already, with one below that was dropped before.
    fn leave_out_of_order(&self, stay: Stay) {
        let places = self.table().presence().places();
        let index_of = |place| places.iter().position(|one| ptr::eq(one, place));
        let (Some(index), Some(last)) = (index_of(stay.place), index_of(self.here.get())) else { return };
        let (Some(left), Some(before)) = (places.get(index..=last), index.checked_sub(1)) else { return };
        if left.first().is_some_and(|place| place.mark() == stay.marks.lower()) {
            left.iter().rev().for_each(Place::leave);
            self.here.set(places.as_ptr().wrapping_add(before));
        }
    }
}
