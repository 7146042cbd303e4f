//! The slots of the process.

use super::group::{Group, GroupId, MAXIMUM_GROUPS};
use super::slot::Slot;

static SLOTS: [Slot; MAXIMUM_GROUPS as usize] = [const { Slot::new() }; MAXIMUM_GROUPS as usize];

/// The slot of `group`.
#[inline]
pub(super) fn of(group: GroupId) -> &'static Slot {
    static STRAY: Slot = Slot::new();
    // The remainder changes no slot that was ever given out; with it the compiler sees that there is one.
    SLOTS.get(usize::from(group.to_slot()) % SLOTS.len()).unwrap_or(&STRAY)
}

/// The group that was registered last in the slot of `group`.
pub(super) fn group_in(group: GroupId) -> Group {
    Group::new(group, of(group).generation())
}
