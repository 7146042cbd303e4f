//! Adds up what all threads have counted.

use super::counters::{Amount, Counters};
use super::group::GroupId;
use super::stats::AllocationStatsSnapshot;
use super::tables::TABLES;

/// What has been counted for `group`.
pub(super) fn group(group: GroupId) -> AllocationStatsSnapshot {
    snapshot(|| TABLES.counters(group))
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
