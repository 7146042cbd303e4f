//! Entering a group, and going back.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Stage, THREAD, Thread};
use crate::allocator::process::slots;
use crate::allocator::protocol::groups::{Entry, Group, Occupant};

/// What ends a thread's being inside of a group. Two words, which the compiler keeps in registers.
///
/// The pointer is *tagged*: entries are aligned to four bytes, so its lowest bit is free. There are three cases:
///
/// | `entry` | what was entered |
/// |---|---|
/// | an entry of the thread's table | a group that the table knows about |
/// | one byte behind one of the thread's own entries | a group whose slot counts the thread, which is unlisted |
/// | dangling, with nobody for an occupant | nothing; leaving changes nothing |
///
/// `occupant` tells a guard that is dropped late from one whose entry was given to another group meanwhile. It has 15 bits of the
/// generation, so the two look alike where the slot was given away 32,768 times in between.
#[derive(Clone, Copy, Debug)]
pub(in crate::allocator) struct EnteredScope {
    entry: *const Entry,
    occupant: Occupant,
}

/// How many times the root was entered instead of the group that was meant.
static STALE: AtomicUsize = AtomicUsize::new(0);

/// How many times the root was entered instead of a group that had been removed or was too deep.
pub(in crate::allocator) fn stale_entries() -> usize {
    STALE.load(Ordering::Relaxed)
}

/// Makes `group` the current one, or the root if it was removed.
#[inline]
pub(in crate::allocator) fn enter(group: Group) -> EnteredScope {
    try_enter(group).unwrap_or_else(|| enter_slow(group))
}

/// Makes `group` the current one, if that takes a few instructions and calls nothing. Where it does not, nothing has changed, and
/// [`enter_slow`] does it.
#[inline]
pub(in crate::allocator) fn try_enter(group: Group) -> Option<EnteredScope> {
    THREAD.try_with(|thread| thread.try_enter(group)).ok().flatten()
}

/// The slow path of [`enter`].
#[cold]
#[inline(never)]
pub(in crate::allocator) fn enter_slow(group: Group) -> EnteredScope {
    THREAD.try_with(|thread| thread.enter_slow(group)).unwrap_or(EnteredScope::NONE)
}

/// Makes the group from before the current one again. What was entered since is left as well.
#[inline]
pub(in crate::allocator) fn leave(scope: EnteredScope) {
    let _ = THREAD.try_with(|thread| thread.leave(scope));
}

/// Notes that the root was entered instead of the group that was meant.
pub(super) fn count_stale_entry() {
    STALE.fetch_add(1, Ordering::Relaxed);
}

impl EnteredScope {
    /// Leaving it changes nothing.
    pub(super) const NONE: Self = Self { entry: ptr::dangling(), occupant: Occupant::NOBODY };

    pub(super) const fn of_unlisted(entry: *const Entry, occupant: Occupant) -> Self {
        Self { entry: entry.wrapping_byte_add(1), occupant }
    }

    /// The entry, if it is that of an unlisted thread.
    fn unlisted_entry(self) -> Option<*const Entry> {
        (!self.entry.is_aligned()).then(|| self.entry.wrapping_byte_sub(1))
    }
}

impl Thread {
    #[inline]
    fn try_enter(&self, group: Group) -> Option<EnteredScope> {
        let current = self.current.get();
        if current >= self.end.get() {
            return None;
        }
        let next = current.wrapping_add(1);
        self.current.set(next);
        if self.current().try_enter(group, slots::of(group.id())) {
            Some(EnteredScope { entry: next, occupant: group.occupant() })
        } else {
            self.current.set(current);
            None
        }
    }

    #[inline]
    fn leave(&self, scope: EnteredScope) {
        if ptr::eq(self.current.get(), scope.entry) && self.current().occupant() == scope.occupant {
            self.current().clear();
            self.current.set(scope.entry.wrapping_sub(1));
        } else {
            self.leave_slow(scope);
        }
    }

    fn enter_slow(&self, group: Group) -> EnteredScope {
        if self.stage.get() == Stage::New {
            self.join();
        }
        if self.stage.get() != Stage::Joined || self.is_unlisted() {
            return self.enter_unlisted(group);
        }
        self.try_enter(group).unwrap_or_else(|| self.enter_root())
    }

    /// Makes the root the current group, where another was meant that was removed, or that is too deep.
    fn enter_root(&self) -> EnteredScope {
        count_stale_entry();
        if self.current.get() > self.end.get() {
            // There already, since it is too deep.
            return EnteredScope::NONE;
        }
        self.current.set(self.current.get().wrapping_add(1));
        self.current().set(Occupant::ROOT);
        EnteredScope { entry: self.current.get(), occupant: Occupant::ROOT }
    }

    #[cold]
    #[inline(never)]
    fn leave_slow(&self, scope: EnteredScope) {
        match scope.unlisted_entry() {
            Some(entry) => self.leave_unlisted(entry, scope.occupant),
            None => self.leave_out_of_order(scope),
        }
    }

    /// Guards above this one were forgotten, or are dropped later; or it was left already, with one below that was dropped before.
    fn leave_out_of_order(&self, scope: EnteredScope) {
        let Some(home) = self.home.get() else { return };
        let entries = home.occupancy().entries();
        let index_of = |entry| entries.iter().position(|one| ptr::eq(one, entry));
        let (Some(index), Some(last)) = (index_of(scope.entry), index_of(self.current.get())) else { return };
        let (Some(left), Some(before)) = (entries.get(index..=last), index.checked_sub(1)) else { return };
        if left.first().is_some_and(|entry| entry.occupant() == scope.occupant) {
            left.iter().rev().for_each(Entry::clear);
            self.current.set(entries.as_ptr().wrapping_add(before));
        }
    }
}
