//! Which groups a thread has entered, written down where others can see it.
//!
//! A thread is inside of its current group and of those that its guards go back to. They are a stack; entering adds an entry on top,
//! leaving clears an entry and all above it, and an entry never moves:
//!
//! ```text
//!  entries   0        1        2        3        4
//!          +--------+--------+--------+--------+--------+--
//!          | root   | parser | codec  | nobody | nobody | …
//!          +--------+--------+--------+--------+--------+--
//!                                ^
//!                                the thread's current group
//! ```
//!
//! The owner alone writes. Removing a group reads the stacks of all threads, each from the bottom up to the first empty entry.

use super::group::{Group, GroupId, Occupant};
use super::slot::Slot;
use crate::allocator::protocol::atomic::{AtomicU32, Ordering, array, constructor};
use crate::allocator::protocol::barrier;

/// How many entries there are: far more than groups are nested, and as many as leave the head of a table at one page.
pub(crate) const ENTRIES: usize = if cfg!(loom) { 4 } else { 950 };

/// One group that a thread has entered, or nobody.
#[derive(Debug)]
pub(crate) struct Entry(AtomicU32);

/// The groups that one thread has entered.
#[derive(Debug)]
pub(crate) struct Occupancy {
    entries: [Entry; ENTRIES],
}

impl Entry {
    constructor! {
    fn new() -> Self {
        Self(AtomicU32::new(Occupant::NOBODY.to_bits()))
    }
    }

    /// Puts `group`, whose slot is `slot`, here; `false`, and nobody, where it was removed.
    ///
    /// Writes down where the thread is, and only then looks whether it may be there. Who removes the group does the opposite, so that
    /// one of them sees the other; see [`barrier`].
    #[inline]
    pub(crate) fn try_enter(&self, group: Group, slot: &Slot) -> bool {
        self.set(group.occupant());
        barrier::light();
        let registered = slot.is_registered(group.generation());
        if !registered {
            self.clear();
        }
        registered
    }

    /// Puts a group here that nobody has to ask for.
    ///
    /// `Release`: who sees that a group was left also sees all that was counted in it.
    #[inline]
    pub(crate) fn set(&self, occupant: Occupant) {
        self.0.store(occupant.to_bits(), Ordering::Release);
    }

    /// Leaves the group that is here.
    #[inline]
    pub(crate) fn clear(&self) {
        self.set(Occupant::NOBODY);
    }

    /// Who is here. Only for the owner.
    #[inline]
    pub(crate) fn occupant(&self) -> Occupant {
        Occupant::from_bits(self.0.load(Ordering::Relaxed))
    }
}

impl Occupancy {
    constructor! {
    fn new() -> Self {
        Self { entries: array![Entry::new(); ENTRIES] }
    }
    }

    /// All entries. There is at least one.
    pub(crate) const fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Leaves every group.
    pub(crate) fn clear(&self) {
        self.entries.iter().take_while(|entry| entry.occupant() != Occupant::NOBODY).for_each(Entry::clear);
    }

    /// Whether the owner is inside the group that has the slot of `group`, which nobody can enter any more. For any thread.
    ///
    /// Whatever is above the first entry that is seen empty came there after that, and so is in no group that was removed.
    pub(crate) fn is_inside(&self, group: GroupId) -> bool {
        let occupants = self.entries.iter().map(|entry| Occupant::from_bits(entry.0.load(Ordering::Acquire)));
        occupants.take_while(|occupant| *occupant != Occupant::NOBODY).any(|occupant| occupant.id() == group)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_occupied_until_it_is_left() {
        let occupancy = Occupancy::new();
        let [root, first, second, ..] = occupancy.entries() else { panic!("no entries") };
        let (outer, inner) = (Group::new(GroupId::from_slot(7), 0), Group::new(GroupId::from_slot(8), 2));
        root.set(Occupant::ROOT);
        first.set(outer.occupant());
        second.set(inner.occupant());
        assert!(occupancy.is_inside(outer.id()) && occupancy.is_inside(inner.id()));
        assert_ne!(
            second.occupant(),
            Group::new(inner.id(), 4).occupant(),
            "another group that has the slot now"
        );
        second.clear();
        assert!(occupancy.is_inside(outer.id()) && !occupancy.is_inside(inner.id()));
        second.set(inner.occupant());
        occupancy.clear();
        assert!(occupancy.entries().iter().all(|entry| entry.occupant() == Occupant::NOBODY));
    }

    #[test]
    fn a_removed_group_is_not_entered() {
        let (entry, slot) = (Entry::new(), Slot::new());
        let group = Group::new(GroupId::from_slot(7), 0);
        assert!(entry.try_enter(group, &slot));
        assert_eq!(entry.occupant(), group.occupant());
        assert!(slot.remove(0));
        assert!(!entry.try_enter(group, &slot));
        assert_eq!(entry.occupant(), Occupant::NOBODY);
    }
}
