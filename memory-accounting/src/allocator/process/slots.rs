//! The slots of the process.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::allocator::protocol::groups::{Group, GroupId, MAXIMUM_GROUPS, Slot};

static SLOTS: [Slot; MAXIMUM_GROUPS as usize] = [const { Slot::new() }; MAXIMUM_GROUPS as usize];

/// The first slot that no group was ever given; all below were.
static NEXT: AtomicU16 = AtomicU16::new(GroupId::FIRST_FREE);

/// The slot of `group`.
#[inline]
pub(crate) fn of(group: GroupId) -> &'static Slot {
    static FALLBACK: Slot = Slot::new();
    // The remainder changes no slot that was ever given out; with it the compiler sees that there is one.
    SLOTS.get(group.index() % SLOTS.len()).unwrap_or(&FALLBACK)
}

/// The group that was registered last in the slot of `group`.
pub(crate) fn group_in(group: GroupId) -> Group {
    Group::new(group, of(group).generation())
}

/// Gives out a slot that nobody has had, or `None` once all are taken.
pub(crate) fn allot() -> Option<GroupId> {
    let next = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |slot| {
        (slot < MAXIMUM_GROUPS).then(|| slot.saturating_add(1))
    });
    next.ok().map(GroupId::from_slot)
}

/// How many slots have been given out so far; they are the first ones.
pub(crate) fn allotted() -> usize {
    usize::from(NEXT.load(Ordering::Relaxed))
}
