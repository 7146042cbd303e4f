//! The slots of the process.

use super::group::{Group, GroupId, MAXIMUM_GROUPS};
use super::slot::Slot;

static SLOTS: [Slot; MAXIMUM_GROUPS as usize] = [const { Slot::new() }; MAXIMUM_GROUPS as usize];

/// The slot of `group`.
#[inline]
pub(super) fn of(group: GroupId) -> &'static Slot {
    // Out of bounds for no group that was ever registered.
    static STRAY: Slot = Slot::new();
    SLOTS.get(usize::from(group.to_slot())).unwrap_or(&STRAY)
}

/// The group that was registered last in the slot of `group`.
pub(super) fn group_in(group: GroupId) -> Group {
    Group::new(group, of(group).generation())
}
