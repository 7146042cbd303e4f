//! What many groups have, read in one pass.

use super::process::{directory, slots, totals, watermarks};
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
}

/// What one group has at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupReading {
    pub(crate) live_bytes: usize,
    pub(crate) live_objects: usize,
    /// The most bytes it had.
    pub(crate) peak_bytes: usize,
}

impl GroupReadings {
    /// Those of every group: the root, those that are registered, and what is left of those that were removed.
    pub(crate) fn of_all() -> Self {
        let mut groups = AllocationGroupToken::root().scope(|| directory::lock().all());
        groups.push(Group::ROOT);
        Self::of_groups(groups)
    }

    /// Those of the groups of `tokens`, each of which is there once.
    pub(crate) fn of(tokens: impl IntoIterator<Item = AllocationGroupToken>) -> Self {
        Self::of_groups(tokens.into_iter().map(AllocationGroupToken::group).collect())
    }

    fn of_groups(mut groups: Vec<Group>) -> Self {
        groups.sort_unstable_by_key(|group| group.id());
        let mut by_slot = Vec::with_capacity(groups.len());
        for neighbours in groups.chunk_by(|one, other| one.id().chunk_index() == other.id().chunk_index()) {
            let counts = totals::of_neighbours(neighbours.iter().copied());
            by_slot.extend(
                neighbours.iter().zip(counts).map(|(group, counts)| (*group, Some(read(*group, &counts)))),
            );
        }
        Self { by_slot }
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

/// What `group` has where `counts` were read of it.
fn read(group: Group, counts: &AllocationStatsSnapshot) -> GroupReading {
    let reported = usize::try_from(watermarks::of(group.id()).bytes().peak_bytes()).unwrap_or(usize::MAX);
    let held = slots::of(group.id()).holds_still(group.generation());
    GroupReading {
        live_bytes: counts.live_bytes(),
        live_objects: counts.live_objects(),
        // What the threads have not reported yet may be more than the most they have; the slot may be another group's by now.
        peak_bytes: counts.live_bytes().max(if held { reported } else { 0 }),
    }
}
