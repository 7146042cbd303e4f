//! The groups that an unlisted thread has entered. A thread is unlisted while it has no table: past its end, or without memory. It has a
//! few entries of its own, which nobody else sees, so the slots of their groups count who is inside.

use std::ptr;

use super::Thread;
use super::entered_scope::{EnteredScope, count_stale_entry};
use crate::allocator::process::slots;
use crate::allocator::protocol::groups::{Entry, Group, Occupant};

/// How many entries a thread has of its own: one for where it is without a group, and more than anyone nests while memory is out.
pub(super) const ENTRIES: usize = 32;

impl Thread {
    pub(super) fn enter_unlisted(&self, group: Group) -> EnteredScope {
        let index = self.own_entry().unwrap_or(0).saturating_add(1);
        let Some(entry) = self.own_entries.get(index) else {
            // In the root already, since it is too deep.
            count_stale_entry();
            return EnteredScope::NONE;
        };
        // The last entry is for the root, where a thread is too deep.
        let is_deep = index.saturating_add(1) == ENTRIES;
        let occupant = if !is_deep && slots::of(group.id()).enter_unlisted(group.generation()) {
            group.occupant()
        } else {
            count_stale_entry();
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(Occupant::ROOT.id()).enter_unlisted(Group::ROOT.generation());
            Occupant::ROOT
        };
        entry.set(occupant);
        self.current.set(entry);
        self.end.set(entry);
        EnteredScope::of_unlisted(entry, occupant)
    }

    /// Leaves `occupant` at `entry`, with what was entered after it, unless it was left already.
    pub(super) fn leave_unlisted(&self, entry: *const Entry, occupant: Occupant) {
        if let (Some(index), Some(last)) = (self.index_of(entry), self.own_entry()) {
            let left = self.own_entries.get(index..=last).unwrap_or_default();
            if left.first().is_some_and(|entry| entry.occupant() == occupant) {
                left.iter().for_each(Entry::clear);
                self.go_back_to(index.saturating_sub(1));
            }
        }
        slots::of(occupant.id()).leave_unlisted();
    }

    /// Makes the group at its own entry `index` the current one; at the first there is none.
    fn go_back_to(&self, index: usize) {
        match self.own_entries.get(index) {
            Some(entry) if index > 0 => {
                self.current.set(entry);
                self.end.set(entry);
            }
            _ => self.go_home(),
        }
    }

    /// Whether the current group is one that an unlisted thread entered.
    pub(super) fn is_unlisted(&self) -> bool {
        self.own_entry().is_some()
    }

    /// Which of its own entries the thread is at.
    fn own_entry(&self) -> Option<usize> {
        self.index_of(self.current.get())
    }

    fn index_of(&self, entry: *const Entry) -> Option<usize> {
        self.own_entries.iter().position(|one| ptr::eq(one, entry))
    }
}
