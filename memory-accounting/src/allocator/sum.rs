//! Adds up what all threads have counted.

use super::count::Counted;
use super::counters::Amount;
use super::group::{GROUPS_PER_CHUNK, Group, GroupId};
use super::slots;
use super::stats::AllocationStatsSnapshot;
use super::tables::TABLES;

/// What has been counted for `group`; nothing once its slot is another's.
pub(super) fn group(group: Group) -> AllocationStatsSnapshot {
    let earlier = slots::of(group.id()).earlier();
    of_this_generation(group, earlier, TABLES.count(group.id()))
}

/// How many groups are best summed at once: as many as one chunk has, whose counters follow each other.
pub(super) const BATCH: usize = GROUPS_PER_CHUNK;

/// The same for the first [`BATCH`] of `groups`, in their order, which is faster. No live bytes are below zero here either, but
/// what was made in the last moment may be missing.
pub(super) fn batch(groups: impl Iterator<Item = Group> + Clone) -> [AllocationStatsSnapshot; BATCH] {
    let mut ids = [GroupId::ROOT; BATCH];
    let mut earlier = [Amount::default(); BATCH];
    let mut number = 0_usize;
    for ((id, earlier), group) in ids.iter_mut().zip(&mut earlier).zip(groups.clone()) {
        (*id, *earlier) = (group.id(), slots::of(group.id()).earlier());
        number = number.saturating_add(1);
    }
    let mut counted = [Counted::default(); BATCH];
    TABLES.count_each(ids.get(..number).unwrap_or_default(), &mut counted);
    let mut snapshots = [AllocationStatsSnapshot::empty(); BATCH];
    for (((snapshot, earlier), counted), group) in snapshots.iter_mut().zip(earlier).zip(counted).zip(groups)
    {
        *snapshot = of_this_generation(group, earlier, counted);
    }
    snapshots
}

/// What is left of what was counted in the slot of `group` without its `earlier` groups, which had deallocated all they
/// allocated.
fn of_this_generation(group: Group, earlier: Amount, counted: Counted) -> AllocationStatsSnapshot {
    if !slots::of(group.id()).holds_still(group.generation()) {
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
pub(super) fn total() -> AllocationStatsSnapshot {
    let counted = TABLES.count_all();
    AllocationStatsSnapshot {
        allocated_bytes: counted.allocated.bytes,
        allocated_objects: counted.allocated.objects,
        deallocated_bytes: counted.deallocated.bytes,
        deallocated_objects: counted.deallocated.objects,
    }
}
