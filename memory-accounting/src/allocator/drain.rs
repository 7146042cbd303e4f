//! When the slot of a removed group may go to another.

use super::barrier::Passed;
use super::group::GroupId;
use super::level::GroupLevel;
use super::slot::Slot;
use super::tables::Tables;

/// Gives the slot of `group`, which was removed before the barrier was passed, to the next group if nobody is inside and nothing
/// is alive. Says whether there can be a next one; `None` where it has not drained.
pub(super) fn drain(
    group: GroupId,
    slot: &Slot,
    level: &GroupLevel,
    tables: &Tables,
    _: &Passed,
) -> Option<bool> {
    // In this order: what was allocated is final only when nobody can allocate.
    if slot.has_strays() || tables.is_inside(group) {
        return None;
    }
    let counted = tables.count(group);
    // Objects, because a thread counts them last: it writes nothing more for the group.
    if counted.allocated.objects != counted.deallocated.objects {
        return None;
    }
    tables.report_gone(group, level);
    level.renew();
    Some(slot.renew(counted.allocated))
}
