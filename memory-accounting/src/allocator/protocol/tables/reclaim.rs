//! When the slot of a removed group may go to another.

use super::counter_tables::CounterTables;
use crate::allocator::protocol::barrier::Passed;
use crate::allocator::protocol::counters::GroupWatermark;
use crate::allocator::protocol::groups::{GroupId, Slot};

/// Gives the slot of `group`, which was removed before the barrier was passed, to the next group if nobody is inside and nothing
/// is alive. Says whether there can be a next one; `None` where it is still in use.
pub(crate) fn reclaim(
    group: GroupId,
    slot: &Slot,
    watermark: &GroupWatermark,
    tables: &CounterTables,
    _: &Passed,
) -> Option<bool> {
    // In this order: what was allocated is final only when nobody can allocate.
    if slot.has_unlisted() || tables.is_inside(group) {
        return None;
    }
    let counted = tables.count(group);
    // Allocations and not bytes, because a thread counts them last: it writes nothing more for the group.
    if counted.allocated.objects != counted.deallocated.objects {
        return None;
    }
    tables.report_gone(group, watermark);
    watermark.renew();
    Some(slot.renew(counted.allocated))
}
