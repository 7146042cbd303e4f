//! Which group a thread is in, written down where others can see it.
//!
//! A thread is inside a group that is its current one, or that a guard of its will go back to (it is *saved*). Most
//! entering is done from the root group, which is never removed, and is one plain store; only where groups nest is
//! the group that is left behind counted as saved.

use super::atomic::{AtomicU16, AtomicUsize, Ordering, constructor};
use super::barrier;
use super::group::{Group, GroupId};
use super::slot::Slot;

/// The current group of a table's owner. How often each group is saved stands with its counters.
#[derive(Debug)]
pub(super) struct Presence {
    current: AtomicU16,
    /// Goes up each time a saved group becomes current again.
    returns: AtomicUsize,
}

/// How often a group is saved by the owner of the table.
#[derive(Debug)]
pub(super) struct Saved(AtomicUsize);

impl Presence {
    constructor! {
    fn new() -> Self {
        Self { current: AtomicU16::new(GroupId::ROOT.to_slot()), returns: AtomicUsize::new(0) }
    }
    }

    /// Enters `group`, whose slot is `slot`, from the root; `false`, and the root is current, where it was removed. Only for
    /// the owner.
    ///
    /// Writes down where the thread is, and only then looks whether it may be there: who removes the group does the opposite,
    /// so that one of them sees the other.
    #[inline]
    pub(super) fn try_enter(&self, group: Group, slot: &Slot) -> bool {
        self.set_current(group.id());
        barrier::light();
        let registered = slot.is_registered(group.generation());
        if !registered {
            self.set_current(GroupId::ROOT);
        }
        registered
    }

    /// Only for the owner. `Release`: who sees that a group was left also sees all that was counted in it.
    #[inline]
    pub(super) fn set_current(&self, group: GroupId) {
        self.current.store(group.to_slot(), Ordering::Release);
    }

    /// Goes back to `group`, which was saved, and no longer saves it. Only for the owner.
    pub(super) fn return_to(&self, group: GroupId, saved: &Saved) {
        self.set_current(group);
        // Between the two, so that who looks at them in this order and misses the group in both sees it change.
        self.returns.store(self.returns.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
        saved.forget();
    }

    /// Whether the owner may be inside `group`; wrong only in saying yes while it moves. `saved` finds that of the group,
    /// which the owner may only now have made.
    pub(super) fn may_be_inside<'a>(
        &self,
        group: GroupId,
        saved: impl FnOnce() -> Option<&'a Saved>,
    ) -> bool {
        let before = self.returns.load(Ordering::Acquire);
        self.current.load(Ordering::Acquire) == group.to_slot()
            || saved().is_some_and(Saved::is_saved)
            || self.returns.load(Ordering::Acquire) != before
    }
}

impl Saved {
    constructor! {
    fn new() -> Self {
        Self(AtomicUsize::new(0))
    }
    }

    /// Once more saved, before another group becomes current. Only for the owner.
    pub(super) fn save(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).saturating_add(1), Ordering::Release);
    }

    /// Saved by no guard any more. Only for the owner.
    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Release);
    }

    fn forget(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).saturating_sub(1), Ordering::Release);
    }

    fn is_saved(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_occupied_while_current_and_while_saved() {
        let (presence, saved) = (Presence::new(), Saved::new());
        let (outer, inner) = (GroupId::from_slot(7), GroupId::from_slot(8));
        presence.set_current(outer);
        assert!(presence.may_be_inside(outer, || Some(&saved)));
        saved.save();
        presence.set_current(inner);
        assert!(presence.may_be_inside(outer, || Some(&saved)));
        presence.return_to(outer, &saved);
        assert!(presence.may_be_inside(outer, || None));
        presence.set_current(GroupId::ROOT);
        assert!(!presence.may_be_inside(outer, || Some(&saved)));
    }
}
