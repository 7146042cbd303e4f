//! Which groups a thread is in, written down where others can see it.
//!
//! A thread is inside a group that is its current one, or that a guard of its will go back to. They stand in a row: entering
//! adds a group behind the current one, leaving takes it off with all that stand behind it, and none ever changes its place.

use super::atomic::{AtomicU32, Ordering, array, constructor};
use super::barrier;
use super::group::{Group, GroupId, Mark};
use super::slot::Slot;

/// How many places there are: deeper than the stack of a thread usually is, and no memory until they are used.
pub(super) const PLACES: usize = if cfg!(loom) { 4 } else { 1 << 12 };

/// Where a group stands that a thread is in, or nobody. Written by the owner of the row alone.
#[derive(Debug)]
pub(super) struct Place(AtomicU32);

/// The places of one thread, filled from the first on.
#[derive(Debug)]
pub(super) struct Presence {
    places: [Place; PLACES],
}

impl Place {
    constructor! {
    fn new() -> Self {
        Self(AtomicU32::new(Mark::NOBODY.to_bits()))
    }
    }

    /// Puts `group`, whose slot is `slot`, here; `false`, and nobody, where it was removed.
    ///
    /// Writes down where the thread is, and only then looks whether it may be there: who removes the group does the opposite,
    /// so that one of them sees the other.
    #[inline]
    pub(super) fn try_enter(&self, group: Group, slot: &Slot) -> bool {
        self.stand(group.mark());
        barrier::light();
        let registered = slot.is_registered(group.generation());
        if !registered {
            self.leave();
        }
        registered
    }

    /// Puts a group here that nobody has to ask for.
    ///
    /// `Release`: who sees that a group was left also sees all that was counted in it.
    #[inline]
    pub(super) fn stand(&self, mark: Mark) {
        self.0.store(mark.to_bits(), Ordering::Release);
    }

    /// Leaves the group that is here.
    #[inline]
    pub(super) fn leave(&self) {
        self.stand(Mark::NOBODY);
    }

    /// Who is here. Only for the owner.
    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark::from_bits(self.0.load(Ordering::Relaxed))
    }
}

impl Presence {
    constructor! {
    fn new() -> Self {
        Self { places: array![Place::new(); PLACES] }
    }
    }

    /// All places. There is at least one.
    pub(super) const fn places(&self) -> &[Place] {
        &self.places
    }

    /// Leaves every group.
    pub(super) fn leave_all(&self) {
        self.places.iter().take_while(|place| place.mark() != Mark::NOBODY).for_each(Place::leave);
    }

    /// Whether the owner is inside the group that has the slot of `group`, which nobody can enter any more. For any thread.
    ///
    /// Who stands behind the first place that is seen empty came there after that, and so is in no group that was removed.
    pub(super) fn is_inside(&self, group: GroupId) -> bool {
        let marks = self.places.iter().map(|place| Mark::from_bits(place.0.load(Ordering::Acquire)));
        marks.take_while(|mark| *mark != Mark::NOBODY).any(|mark| mark.id() == group)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_occupied_until_it_is_left() {
        let presence = Presence::new();
        let [root, first, second, ..] = presence.places() else { panic!("no places") };
        let (outer, inner) = (Group::new(GroupId::from_slot(7), 0), Group::new(GroupId::from_slot(8), 2));
        root.stand(Mark::ROOT);
        first.stand(outer.mark());
        second.stand(inner.mark());
        assert!(presence.is_inside(outer.id()) && presence.is_inside(inner.id()));
        assert_ne!(second.mark(), Group::new(inner.id(), 4).mark(), "another group that has the slot now");
        second.leave();
        assert!(presence.is_inside(outer.id()) && !presence.is_inside(inner.id()));
        second.stand(inner.mark());
        presence.leave_all();
        assert!(presence.places().iter().all(|place| place.mark() == Mark::NOBODY));
    }

    #[test]
    fn a_removed_group_is_not_entered() {
        let (place, slot) = (Place::new(), Slot::new());
        let group = Group::new(GroupId::from_slot(7), 0);
        assert!(place.try_enter(group, &slot));
        assert_eq!(place.mark(), group.mark());
        assert!(slot.remove(0));
        assert!(!place.try_enter(group, &slot));
        assert_eq!(place.mark(), Mark::NOBODY);
    }
}
