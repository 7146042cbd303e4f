//! Adds up what all threads have counted.

use super::counters::{Amount, Counters};
use super::group::{Group, GroupId};
use super::slot;
use super::stats::AllocationStatsSnapshot;
use super::tables::TABLES;

/// What has been counted for `group`; nothing once its slot is another's.
pub(super) fn group(group: Group) -> AllocationStatsSnapshot {
    let slot = slot::of(group.id());
    let earlier = slot.earlier();
    let all = snapshot(|| TABLES.counters(group.id()));
    if !slot.holds_still(group.generation()) {
        return AllocationStatsSnapshot::empty();
    }
    // The earlier groups of the slot had deallocated all they allocated.
    AllocationStatsSnapshot {
        allocated_bytes: all.allocated_bytes.saturating_sub(earlier.bytes),
        allocated_objects: all.allocated_objects.saturating_sub(earlier.objects),
        deallocated_bytes: all.deallocated_bytes.saturating_sub(earlier.bytes),
        deallocated_objects: all.deallocated_objects.saturating_sub(earlier.objects),
    }
}

/// All that the groups of a slot ever allocated, if they have deallocated it; final when no thread is inside.
pub(super) fn all_deallocated(group: GroupId) -> Option<Amount> {
    let deallocated = add_up(TABLES.counters(group).map(Counters::deallocated));
    let allocated = add_up(TABLES.counters(group).map(Counters::allocated));
    (allocated.objects == deallocated.objects).then_some(allocated)
}

/// What has been counted for all groups together.
pub(super) fn total() -> AllocationStatsSnapshot {
    snapshot(|| TABLES.all_counters())
}

/// All deallocations are read before any allocation: what is freed in between is then not missing its allocation,
/// and nothing looks freed more often than made.
fn snapshot<'a, I: Iterator<Item = &'a Counters>>(counters: impl Fn() -> I) -> AllocationStatsSnapshot {
    let deallocated = add_up(counters().map(Counters::deallocated));
    let allocated = add_up(counters().map(Counters::allocated));
    AllocationStatsSnapshot {
        allocated_bytes: allocated.bytes,
        allocated_objects: allocated.objects,
        deallocated_bytes: deallocated.bytes,
        deallocated_objects: deallocated.objects,
    }
}

fn add_up(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::default(), Amount::saturating_add)
}
