//! Entering a group, and going back.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::group::{Group, GroupId};
use super::super::presence::PLACES;
use super::super::slots;
use super::position::Position;
use super::{Stage, THREAD, Thread};

/// The stay of this thread in a group, and where it goes back to.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stay {
    previous: Position,
    /// Where `previous` is nowhere, there was no table to write the stay down in: the slot of this group counts it.
    stray: GroupId,
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
            let previous = thread.position.get();
            let place = previous.next_place();
            if place < PLACES {
                thread.go_to(previous.next(group), place);
                Stay { previous, stray: GroupId::ROOT }
            } else {
                thread.enter_slowly(group)
            }
        })
        .unwrap_or(Stay { previous: Position::NOWHERE, stray: GroupId::ROOT })
}

/// Makes the group from before the current one again.
#[inline]
pub(in super::super) fn leave(stay: Stay) {
    let _ = THREAD.try_with(|thread| {
        let (previous, current, presence) = (stay.previous, thread.position.get(), thread.table().presence());
        if current.is_next_of(previous) && presence.is_at(previous.place(), previous.group()) {
            thread.position.set(previous);
            presence.leave_behind(previous.place());
        } else {
            thread.leave_slowly(stay);
        }
    });
}

impl Thread {
    /// Makes the group of `position`, which is at `place`, the current one, or the root where it was removed. The thread has a
    /// table.
    #[inline]
    fn go_to(&self, position: Position, place: usize) {
        let group = position.group();
        self.position.set(position);
        if !self.table().presence().try_enter(place, group, slots::of(group.id())) {
            self.refuse();
        }
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self) {
        STALE.fetch_add(1, Ordering::Relaxed);
        self.position.set(self.position.get().in_group(Group::ROOT));
    }

    #[cold]
    #[inline(never)]
    fn enter_slowly(&self, group: Group) -> Stay {
        if self.stage.get() == Stage::New {
            self.join();
        }
        if self.stage.get() != Stage::Joined {
            return self.enter_as_stray(group);
        }
        let previous = self.position.get();
        // Where there are no more places, the new group takes that of the previous one.
        let has_next = previous.next_place() < PLACES;
        let position = if has_next { previous.next(group) } else { previous.in_group(group) };
        self.go_to(position, position.place());
        Stay { previous, stray: GroupId::ROOT }
    }

    fn enter_as_stray(&self, group: Group) -> Stay {
        let previous = self.position.get();
        let entered = if slots::of(group.id()).stray_in(group.generation()) {
            group
        } else {
            STALE.fetch_add(1, Ordering::Relaxed);
            // Counted in the slot of the root, so that leaving is the same.
            slots::of(GroupId::ROOT).stray_in(Group::ROOT.generation());
            Group::ROOT
        };
        self.position.set(previous.in_group(entered));
        Stay { previous, stray: entered.id() }
    }

    #[cold]
    #[inline(never)]
    fn leave_slowly(&self, Stay { previous, stray }: Stay) {
        let group = previous.group();
        if previous.is_nowhere() {
            let held = slots::of(group.id()).is_held(group.generation());
            let position = self.position.get().in_group(if held { group } else { Group::ROOT });
            self.position.set(position);
            if self.has_table() {
                self.table().presence().stand(position.place(), position.group());
            }
            slots::of(stray).stray_out();
        } else if self.stage.get() == Stage::Joined {
            let presence = self.table().presence();
            if presence.is_at(previous.place(), group) {
                // Guards above this one were forgotten; the thread has been inside all the time.
                self.position.set(previous);
            } else {
                // There was no place left, or guards are dropped in another order than they were made.
                self.go_to(previous, previous.place());
            }
            presence.leave_from(previous.place().saturating_add(1));
        } else {
            // Where the thread was has been given up with its table.
            self.position.set(Position::NOWHERE);
        }
    }
}
