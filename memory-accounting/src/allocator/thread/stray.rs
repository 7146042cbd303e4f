//! Stays of a thread that has no row: it is past its end, or the system had no memory for a table. It has a few places of its own,
//! which nobody else sees, so the slots of their groups count who is inside.

use std::ptr;

use super::super::group::{Group, Mark};
use super::super::presence::Place;
use super::super::slots;
use super::Thread;
use super::stay::{Stay, count_stale_entry};

/// How many places a thread has of its own: one for where it is without a group, and more than anyone nests while memory is out.
pub(super) const PLACES: usize = 32;

impl Thread {
    pub(super) fn enter_as_stray(&self, group: Group) -> Stay {
        let index = self.own_place().unwrap_or(0).saturating_add(1);
        let Some(place) = self.own_places.get(index) else { return Stay::NONE };
        // The last place is for the root, where a thread is too deep.
        let is_deep = index.saturating_add(1) == PLACES;
        let mark = if !is_deep && slots::of(group.id()).stray_in(group.generation()) {
            group.mark()
        } else {
            count_stale_entry();
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(Mark::ROOT.id()).stray_in(Group::ROOT.generation());
            Mark::ROOT
        };
        place.stand(mark);
        self.here.set(place);
        self.end.set(place);
        Stay::of_stray(place, mark)
    }

    /// Leaves `mark` at `place`, with what was entered after it, unless it was left already.
    pub(super) fn leave_as_stray(&self, place: *const Place, mark: Mark) {
        if let (Some(index), Some(last)) = (self.index_of(place), self.own_place()) {
            let left = self.own_places.get(index..=last).unwrap_or_default();
            if left.first().is_some_and(|place| place.mark() == mark) {
                left.iter().for_each(Place::leave);
                self.go_back_to(index.saturating_sub(1));
            }
        }
        slots::of(mark.id()).stray_out();
    }

    /// Makes the group at its own place `index` the current one; at the first there is none.
    fn go_back_to(&self, index: usize) {
        match self.own_places.get(index) {
            Some(place) if index > 0 => {
                self.here.set(place);
                self.end.set(place);
            }
            _ => self.go_home(),
        }
    }

    /// Whether the current group is that of a stray.
    pub(super) fn is_stray(&self) -> bool {
        self.own_place().is_some()
    }

    /// Which of its own places the thread is at.
    fn own_place(&self) -> Option<usize> {
        self.index_of(self.here.get())
    }

    fn index_of(&self, place: *const Place) -> Option<usize> {
        self.own_places.iter().position(|one| ptr::eq(one, place))
    }
}
