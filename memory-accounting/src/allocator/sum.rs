//! Adds up what all threads have counted.

use super::group::Group;
use super::slots;
use super::stats::AllocationStatsSnapshot;
use super::tables::TABLES;

/// What has been counted for `group`; nothing once its slot is another's.
pub(super) fn group(group: Group) -> AllocationStatsSnapshot {
    let slot = slots::of(group.id());
    let earlier = slot.earlier();
    let counted = TABLES.count(group.id());
    if !slot.holds_still(group.generation()) {
        return AllocationStatsSnapshot::empty();
    }
    // The earlier groups of the slot had deallocated all they allocated.
    AllocationStatsSnapshot {
        allocated_bytes: counted.allocated.bytes.saturating_sub(earlier.bytes),
        allocated_objects: counted.allocated.objects.saturating_sub(earlier.objects),
        deallocated_bytes: counted.deallocated.bytes.saturating_sub(earlier.bytes),
        deallocated_objects: counted.deallocated.objects.saturating_sub(earlier.objects),
    }
}

/// What has been counted for all groups together.
pub(super) fn total() -> AllocationStatsSnapshot {
    let counted = TABLES.count_all();
    AllocationStatsSnapshot {
        allocated_bytes: counted.allocated.bytes,
        allocated_objects: counted.allocated.objects,
        deallocated_bytes: counted.deallocated.bytes,
        deallocated_objects: counted.deallocated.objects,
    }
}
