//! What all threads have counted, by group.

use super::slots;
use super::tables::TABLES;
use super::watermarks;
use crate::allocator::protocol::counters::SIZES;
use crate::allocator::protocol::groups::{GROUPS_PER_CHUNK, Group, GroupId};
use crate::allocator::protocol::tables::Counted;
use crate::allocator::snapshot::{AllocationStatsSnapshot, to_usize};

/// What has been counted for `group`; nothing once its slot is another's.
pub(crate) fn group(group: Group) -> AllocationStatsSnapshot {
    of_this_generation(group, TABLES.count(group.id()))
}

/// The same of each of `groups`, whose counters are in one chunk, which is faster. No live bytes are below zero here either, but
/// what was allocated in the last moment may be missing.
pub(crate) fn of_neighbours(
    groups: impl Iterator<Item = Group> + Clone,
) -> impl Iterator<Item = AllocationStatsSnapshot> {
    let mut ids = [GroupId::ROOT; GROUPS_PER_CHUNK];
    let number = ids.iter_mut().zip(groups.clone()).map(|(id, group)| *id = group.id()).count();
    let counted = TABLES.count_neighbours(ids.get(..number).unwrap_or_default());
    groups.zip(counted).map(|(group, counted)| of_this_generation(group, counted.with_what_was_freed()))
}

/// Shows each of `groups`, which are in the order of their slots, with what has been counted for it, read as by [`of_neighbours`].
pub(crate) fn visit(groups: &[Group], mut visitor: impl FnMut(Group, &AllocationStatsSnapshot)) {
    for neighbours in groups.chunk_by(|one, other| one.id().chunk_index() == other.id().chunk_index()) {
        let counts = of_neighbours(neighbours.iter().copied());
        neighbours.iter().zip(counts).for_each(|(group, counts)| visitor(*group, &counts));
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

/// The most bytes that were ever alive in `group`, of which `live_bytes` are now; `None` once its slot is another's. Reads without a lock.
pub(crate) fn peak_bytes(group: Group, live_bytes: impl FnOnce() -> usize) -> Option<usize> {
    let watermark = watermarks::of(group.id());
    let reported = to_usize(watermark.bytes().peak_bytes());
    // What the threads have not reported yet may be more than the most they have, except where they report all. There, what is read in
    // passing may even be more than there ever was.
    let peak = if watermark.is_exact() { reported } else { reported.max(live_bytes()) };
    slots::of(group.id()).holds_still(group.generation()).then_some(peak)
}

/// The sizes of the largest blocks of `group` lately, the largest first, and zeros; zeros alone once its slot is another's.
pub(crate) fn recent_sizes(group: Group) -> [u64; SIZES] {
    let sizes = watermarks::recent_sizes(group.id());
    if slots::of(group.id()).holds_still(group.generation()) { sizes } else { [0; SIZES] }
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::allocator::process::{directory, tables};

    #[test]
    fn what_was_freed_was_allocated_also_where_that_was_not_seen() {
        let group = directory::lock().register_distinct("freed elsewhere").expect("a slot");
        // As if the table that counted the allocation had been read before.
        tables::shared(group.id()).share_deallocation(10);
        let counts: Vec<_> = of_neighbours([group].into_iter()).collect();
        let ten = AllocationStatsSnapshot {
            allocated_bytes: 10,
            allocated_objects: 1,
            deallocated_bytes: 10,
            deallocated_objects: 1,
        };
        assert_eq!(counts, [ten]);
    }
}
