//! What all threads have counted, by group.

use super::directory::NamedGroups;
use super::slots;
use super::tables::TABLES;
use crate::allocator::protocol::groups::{GROUPS_PER_CHUNK, Group, GroupId};
use crate::allocator::protocol::tables::Counted;
use crate::allocator::snapshot::AllocationStatsSnapshot;

/// What has been counted for `group`; nothing once its slot is another's.
pub(crate) fn group(group: Group) -> AllocationStatsSnapshot {
    of_this_generation(group, TABLES.count(group.id()))
}

/// Shows the same of each of `groups`, whose counters are in one chunk, to `visitor`, which is faster. No live bytes are below zero
/// here either, but what was allocated in the last moment may be missing.
pub(crate) fn visit_neighbours(
    groups: &NamedGroups,
    mut visitor: impl FnMut(&str, &AllocationStatsSnapshot),
) {
    let mut ids = [GroupId::ROOT; GROUPS_PER_CHUNK];
    let number = ids.iter_mut().zip(groups).map(|(id, (_, group))| *id = group.id()).count();
    let counted = TABLES.count_neighbours(ids.get(..number).unwrap_or_default());
    for ((name, group), counted) in groups.iter().zip(&counted) {
        visitor(name, &of_this_generation(*group, counted.with_what_was_freed()));
    }
}

/// What is left of what was counted in the slot of `group` without its `earlier` groups, which had deallocated all they
/// allocated.
fn of_this_generation(group: Group, counted: Counted) -> AllocationStatsSnapshot {
    let slot = slots::of(group.id());
    let earlier = slot.earlier();
    if !slot.holds_still(group.generation()) {
        return AllocationStatsSnapshot::empty();
    }
    AllocationStatsSnapshot {
        allocated_bytes: counted.allocated.bytes.saturating_sub(earlier.bytes),
        allocated_objects: counted.allocated.objects.saturating_sub(earlier.objects),
        deallocated_bytes: counted.deallocated.bytes.saturating_sub(earlier.bytes),
        deallocated_objects: counted.deallocated.objects.saturating_sub(earlier.objects),
    }
}

/// What has been counted for all groups together.
pub(crate) fn total() -> AllocationStatsSnapshot {
    let counted = TABLES.count_all();
    AllocationStatsSnapshot {
        allocated_bytes: counted.allocated.bytes,
        allocated_objects: counted.allocated.objects,
        deallocated_bytes: counted.deallocated.bytes,
        deallocated_objects: counted.deallocated.objects,
    }
}
