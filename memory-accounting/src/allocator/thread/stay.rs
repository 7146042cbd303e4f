//! Entering a group, and going back.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::group::{Group, GroupId};
use super::super::slots;
use super::super::table::Table;
use super::{Stage, THREAD, Thread};

/// The stay of this thread in a group, and where it goes back to.
#[derive(Debug)]
pub(in super::super) struct Stay {
    previous: Group,
    kept: Kept,
}

/// What keeps the slots of the groups of a stay from going to others.
#[derive(Debug)]
enum Kept {
    /// The table of the thread says what is current, and the way back leads to the root, which always stays.
    Current,
    /// The table also says that the previous group is saved.
    Saved,
    /// There is no table: the slot of this group counts the stay.
    Stray(GroupId),
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
    THREAD
        .try_with(|thread| {
            if thread.has_table() && thread.group.get() == Group::ROOT {
                thread.go_to(thread.table(), group);
                Stay { previous: Group::ROOT, kept: Kept::Current }
            } else {
                thread.enter_slowly(group)
            }
        })
        .unwrap_or(Stay { previous: Group::ROOT, kept: Kept::Current })
}

/// Makes the group from before the current one again.
#[inline]
pub(in super::super) fn leave(stay: &Stay) {
    let _ = THREAD.try_with(|thread| {
        if let Kept::Current = stay.kept {
            thread.group.set(Group::ROOT);
            thread.table().presence().set_current(GroupId::ROOT);
        } else {
            thread.leave_slowly(stay);
        }
    });
}

impl Thread {
    /// Makes `group` the current one, or the root where it was removed.
    #[inline]
    fn go_to(&self, table: &Table, group: Group) {
        self.group.set(group);
        if !table.presence().try_enter(group, slots::of(group.id())) {
            self.refuse();
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self) {
        STALE.fetch_add(1, Ordering::Relaxed);
        self.group.set(Group::ROOT);
    }

    #[inline(never)]
    fn enter_slowly(&self, group: Group) -> Stay {
        if self.stage.get() == Stage::New {
            self.join();
        }
        if self.stage.get() == Stage::Joined { self.enter_nested(group) } else { self.enter_as_stray(group) }
    }

    fn enter_nested(&self, group: Group) -> Stay {
        let table = self.table();
        let previous = self.group.get();
        let stay = if previous == Group::ROOT {
            Stay { previous, kept: Kept::Current }
        } else if let Some(counters) = table.counters_or_make(previous.id()) {
            counters.saved().save();
            self.saved.set(self.saved.get().saturating_add(1));
            Stay { previous, kept: Kept::Saved }
        } else {
            // Without memory to save it in, the way back leads to the root.
            Stay { previous: Group::ROOT, kept: Kept::Current }
        };
        self.go_to(table, group);
        stay
    }

    fn enter_as_stray(&self, group: Group) -> Stay {
        let previous = self.group.get();
        if slots::of(group.id()).stray_in(group.generation()) {
            self.group.set(group);
            Stay { previous, kept: Kept::Stray(group.id()) }
        } else {
            STALE.fetch_add(1, Ordering::Relaxed);
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(GroupId::ROOT).stray_in(Group::ROOT.generation());
            self.group.set(Group::ROOT);
            Stay { previous, kept: Kept::Stray(GroupId::ROOT) }
        }
    }

    #[inline(never)]
    fn leave_slowly(&self, stay: &Stay) {
        let table = self.table();
        let held = slots::of(stay.previous.id()).is_held(stay.previous.generation());
        let previous = if held { stay.previous } else { Group::ROOT };
        match stay.kept {
            Kept::Stray(group) => {
                self.group.set(previous);
                table.presence().set_current(previous.id());
                slots::of(group).stray_out();
            }
            Kept::Saved if self.stage.get() == Stage::Joined => {
                self.group.set(previous);
                if let Some(counters) = table.counters(stay.previous.id()) {
                    table.presence().return_to(previous.id(), counters.saved());
                }
                self.saved.set(self.saved.get().saturating_sub(1));
            }
            // What the thread had saved was given up with its table.
            Kept::Saved | Kept::Current => self.group.set(Group::ROOT),
        }
    }
}
