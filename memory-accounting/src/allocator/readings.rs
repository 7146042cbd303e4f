//! What many groups have, read in one pass.

use std::sync::Arc;

use super::peak_moment::{self, Moment};
use super::process::{directory, totals};
use super::protocol::counters::SIZES;
use super::protocol::groups::Group;
use super::snapshot::AllocationStatsSnapshot;
use super::token::AllocationGroupToken;

/// What groups have at one moment, of which each reading can be taken once.
///
/// All are read in one pass over the tables, and without the directory's lock. Live bytes are as exact as those of
/// [`visit_snapshots`](super::AllocationGroupRegistry::visit_snapshots), and peaks as exact as
/// [`peak_bytes`](super::AllocationStats::peak_bytes).
#[derive(Debug)]
pub(crate) struct GroupReadings {
    /// In the order of their slots; `None` where it was taken.
    by_slot: Vec<(Group, Option<GroupReading>)>,
    /// What readings say of the peak is of one moment.
    peak: Option<Arc<Moment>>,
}

/// What one group has at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupReading {
    pub(crate) counted: AllocationStatsSnapshot,
    /// The most bytes it had.
    pub(crate) peak_bytes: usize,
    /// The bytes it had at the highest moment of the process that was read, if there is one.
    pub(crate) at_peak_bytes: Option<usize>,
    /// The sizes of its largest blocks lately, in bytes and the largest first, and zeros.
    pub(crate) largest_sizes: [u64; SIZES],
}

impl GroupReadings {
    /// Those of every group: the root, those that are registered, and what is left of those that were removed.
    pub(crate) fn of_all() -> Self {
        Self::of_groups(&AllocationGroupToken::root().scope(|| directory::lock().all()))
    }

    /// Those of the groups of `tokens`, each of which is there once.
    pub(crate) fn of(tokens: impl IntoIterator<Item = AllocationGroupToken>) -> Self {
        let mut groups: Vec<Group> = tokens.into_iter().map(AllocationGroupToken::group).collect();
        groups.sort_unstable_by_key(|group| group.id());
        Self::of_groups(&groups)
    }

    fn of_groups(groups: &[Group]) -> Self {
        let (mut by_slot, peak) = (Vec::with_capacity(groups.len()), peak_moment::kept());
        totals::visit(groups, |group, counts| {
            by_slot.push((group, Some(read(group, counts, peak.as_deref()))));
        });
        Self { by_slot, peak }
    }

    /// Bytes alive in all groups of the process at the highest moment that was read, if there is one.
    pub(crate) fn at_peak_bytes(&self) -> Option<usize> {
        self.peak.as_ref().map(|peak| peak.live_bytes())
    }

    /// Takes that of the group of `token` out; `None` where it was not read, or was taken before.
    pub(crate) fn take(&mut self, token: AllocationGroupToken) -> Option<GroupReading> {
        let group = token.group();
        let index = self.by_slot.binary_search_by_key(&group.id(), |(group, _)| group.id()).ok()?;
        let (found, reading) = self.by_slot.get_mut(index)?;
        if *found == group { reading.take() } else { None }
    }

    /// Those that nobody has taken.
    pub(crate) fn left(&self) -> impl Iterator<Item = &GroupReading> {
        self.by_slot.iter().filter_map(|(_, reading)| reading.as_ref())
    }
}

/// What `group` has where `counts` were read of it, and had at `peak`.
fn read(group: Group, counts: &AllocationStatsSnapshot, peak: Option<&Moment>) -> GroupReading {
    let live_bytes = counts.live_bytes();
    GroupReading {
        counted: *counts,
        // The slot may be another group's by now.
        peak_bytes: totals::peak_bytes(group, || live_bytes).unwrap_or(live_bytes),
        at_peak_bytes: peak.map(|peak| peak.live_bytes_of(group)),
        largest_sizes: totals::recent_sizes(group),
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::allocator::AllocationGroupRegistry;
    use crate::allocator::process::tables::{self, TABLES};
    use crate::allocator::protocol::groups::GROUPS_PER_CHUNK;

    fn register(number: usize) -> Vec<AllocationGroupToken> {
        let register = |_| AllocationGroupRegistry::global().register_distinct_allocation_group("to be read");
        (0..number).map(register).collect()
    }

    /// The counts where one block was allocated.
    fn allocated(bytes: u64) -> AllocationStatsSnapshot {
        AllocationStatsSnapshot {
            allocated_bytes: bytes,
            allocated_objects: 1,
            ..AllocationStatsSnapshot::empty()
        }
    }

    fn count(token: AllocationGroupToken, bytes: usize) {
        tables::shared(token.group().id()).share_allocation(bytes);
    }

    #[test]
    fn a_group_is_read_from_a_table_that_has_only_its_chunk() {
        let tokens = register(GROUPS_PER_CHUNK + 1);
        let chunk = |token: AllocationGroupToken| token.group().id().chunk_index();
        let apart = tokens.windows(2).find(|pair| chunk(pair[0]) != chunk(pair[1]));
        let later = apart.expect("a chunk has no room for all")[1];
        let group = later.group().id();
        let table = TABLES.acquire(group, group.index()).expect("memory");
        table.touch(group).expect("room").share_allocation(9);
        TABLES.release(table);
        let reading = GroupReading {
            counted: allocated(9),
            peak_bytes: 9,
            at_peak_bytes: None,
            largest_sizes: [0; SIZES],
        };
        assert_eq!(GroupReadings::of(tokens.into_iter().rev()).take(later), Some(reading));
    }

    #[test]
    fn a_reading_is_taken_once_and_the_rest_is_left() {
        let [one, other, third] = register(3).try_into().expect("three");
        count(one, 5);
        let mut readings = GroupReadings::of([one, other]);
        assert_eq!(readings.take(one).map(|reading| reading.counted), Some(allocated(5)));
        assert_eq!((readings.take(one), readings.take(third)), (None, None));
        assert_eq!(readings.left().count(), 1);
    }

    #[test]
    fn all_are_the_root_the_registered_and_what_is_left_of_the_removed() {
        let [kept, removed] = register(2).try_into().expect("two");
        count(removed, 7);
        assert!(AllocationGroupRegistry::global().remove_allocation_group(removed));
        let mut readings = GroupReadings::of_all();
        assert!(readings.take(kept).is_some() && readings.take(AllocationGroupToken::root()).is_some());
        assert_eq!(readings.take(removed).map(|reading| reading.counted), Some(allocated(7)));
    }
}
