//! Which groups a thread is in, written down where others can see it.
//!
//! A thread is inside a group that is its current one, or that a guard of its will go back to. They stand in a row: entering
//! adds the current group behind the one it was entered from, leaving takes it off, and none ever changes its place.

use super::atomic::{AtomicU32, Ordering, array, constructor};
use super::barrier;
use super::group::{Group, GroupId};
use super::slot::Slot;

/// How many groups stand in the row at most. Who nests deeper goes back all the same, as long as the group is registered.
pub(super) const PLACES: usize = if cfg!(loom) { 4 } else { 128 };

/// What stands at a place where there is no group: the root, since nobody has to know who is in that.
const NOBODY: u32 = Group::ROOT.lower_half();

/// The lower halves of the groups that a table's owner is in, the first ever current at place 0. Written by the owner alone.
#[derive(Debug)]
pub(super) struct Presence {
    /// One more, so that there is always a next place to leave.
    places: [AtomicU32; PLACES + 1],
}

impl Presence {
    constructor! {
    fn new() -> Self {
        Self { places: array![AtomicU32::new(NOBODY); PLACES + 1] }
    }
    }

    /// Stands in `group`, whose slot is `slot`, at `place`; `false`, and in the root, where the group was removed or there is no
    /// such place.
    ///
    /// Writes down where the thread is, and only then looks whether it may be there: who removes the group does the opposite,
    /// so that one of them sees the other.
    #[inline]
    pub(super) fn try_enter(&self, place: usize, group: Group, slot: &Slot) -> bool {
        let Some(here) = self.places.get(place).filter(|_| place < PLACES) else { return false };
        here.store(group.lower_half(), Ordering::Release);
        barrier::light();
        let registered = slot.is_registered(group.generation());
        if !registered {
            here.store(NOBODY, Ordering::Release);
        }
        registered
    }

    /// Stands in `group` at `place`, where nobody has to ask whether that may be.
    ///
    /// `Release`: who sees that a group was left also sees all that was counted in it.
    #[inline]
    pub(super) fn stand(&self, place: usize, group: Group) {
        if let Some(here) = self.places.get(place).filter(|_| place < PLACES) {
            here.store(group.lower_half(), Ordering::Release);
        }
    }

    /// Whether `group` is the one at `place`, which there is. Only for the owner.
    #[inline]
    pub(super) fn is_at(&self, place: usize, group: Group) -> bool {
        self.existing(place).is_some_and(|here| here.load(Ordering::Relaxed) == group.lower_half())
    }

    /// Leaves the group at the place behind `place`, which there is.
    #[inline]
    pub(super) fn leave_behind(&self, place: usize) {
        if let Some(here) = self.places.get((place % PLACES).wrapping_add(1)) {
            here.store(NOBODY, Ordering::Release);
        }
    }

    /// Leaves every group at `place` and behind it.
    pub(super) fn leave_from(&self, place: usize) {
        self.places.iter().skip(place).for_each(|here| here.store(NOBODY, Ordering::Release));
    }

    #[inline]
    fn existing(&self, place: usize) -> Option<&AtomicU32> {
        // The remainder changes no place there is; with it the compiler sees that there is one.
        self.places.get(place % PLACES)
    }

    /// Whether the owner is inside the group that has the slot of `group`, which nobody can enter any more. For any thread.
    pub(super) fn is_inside(&self, group: GroupId) -> bool {
        self.places.iter().any(|here| here.load(Ordering::Acquire) & 0xFFFF == u32::from(group.to_slot()))
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_occupied_until_it_is_left() {
        let presence = Presence::new();
        let (outer, inner) = (Group::new(GroupId::from_slot(7), 0), Group::new(GroupId::from_slot(8), 2));
        presence.stand(0, outer);
        presence.stand(1, inner);
        assert!(presence.is_inside(outer.id()) && presence.is_inside(inner.id()));
        assert!(presence.is_at(0, outer) && !presence.is_at(1, outer));
        assert!(!presence.is_at(0, Group::new(outer.id(), 2)), "another group that has the slot now");
        presence.leave_behind(0);
        assert!(presence.is_inside(outer.id()) && !presence.is_inside(inner.id()));
        presence.stand(5, inner);
        presence.leave_from(0);
        assert!(!presence.is_inside(outer.id()) && !presence.is_inside(inner.id()));
    }

    #[test]
    fn nobody_stands_where_there_is_no_place() {
        let (presence, slot) = (Presence::new(), Slot::new());
        let group = Group::new(GroupId::from_slot(7), 0);
        assert!(!presence.try_enter(PLACES, group, &slot));
        presence.stand(PLACES, group);
        assert!(!presence.is_inside(group.id()));
        assert!(presence.try_enter(PLACES - 1, group, &slot) && presence.is_inside(group.id()));
    }
}
