//! What all tables together have counted.

use super::counter_table::CounterTable;
use super::counter_tables::CounterTables;
use crate::allocator::protocol::counters::{Amount, GroupCounters};
use crate::allocator::protocol::groups::{GROUPS_PER_CHUNK, GroupId};

/// Allocated and deallocated, in one group or in all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) allocated: Amount,
    pub(crate) deallocated: Amount,
}

/// How many tables are added up for one group after another: enough that sums seldom leave the registers, few enough that the processor
/// foresees what is read next in each of them.
const TABLES_AT_ONCE: usize = 8;

impl Counted {
    /// With what `counters` say; first what they say was freed.
    fn plus(self, counters: &GroupCounters) -> Self {
        let deallocated = self.deallocated.wrapping_add(counters.deallocated());
        Self { allocated: self.allocated.wrapping_add(counters.allocated()), deallocated }
    }

    /// With at least as much allocated as is seen deallocated: nothing is freed that was not allocated before, so what is missing was
    /// only not seen.
    pub(crate) fn with_what_was_freed(self) -> Self {
        Self { allocated: self.allocated.max_of_each(self.deallocated), ..self }
    }
}

impl CounterTables {
    /// What has been counted for the groups that had the slot of `group`.
    pub(crate) fn count(&self, group: GroupId) -> Counted {
        count(|| self.counters(group))
    }

    /// What has been counted for each of `groups`, whose counters are in one chunk, in their order and in one pass.
    ///
    /// What one thread made while this was on its way to the table of the one that freed it is missing: see
    /// [`Counted::with_what_was_freed`].
    pub(crate) fn count_neighbours(&self, groups: &[GroupId]) -> [Counted; GROUPS_PER_CHUNK] {
        let mut counted = [Counted::default(); GROUPS_PER_CHUNK];
        let Some(first) = groups.first() else { return counted };
        let touched = self.every().filter(|table| table.is_touched(*first));
        let mut tables = touched.map(CounterTable::counters);
        let mut few: [&[GroupCounters]; TABLES_AT_ONCE] = [&[]; TABLES_AT_ONCE];
        loop {
            let number = few.iter_mut().zip(&mut tables).map(|(place, counters)| *place = counters).count();
            let few = few.get(..number).unwrap_or_default();
            if few.is_empty() {
                return counted;
            }
            for (sum, group) in counted.iter_mut().zip(groups) {
                let counters = few.iter().filter_map(|table| table.get(group.index()));
                *sum = counters.fold(*sum, Counted::plus);
            }
        }
    }

    /// What has been counted for all groups.
    pub(crate) fn count_all(&self) -> Counted {
        count(|| self.all_counters())
    }
}

/// All deallocations are read before any allocation: what is freed in between is then not missing its allocation,
/// and nothing looks freed more often than made.
fn count<'a, I: Iterator<Item = &'a GroupCounters>>(counters: impl Fn() -> I) -> Counted {
    let deallocated = add_up(counters().map(GroupCounters::deallocated));
    let allocated = add_up(counters().map(GroupCounters::allocated));
    Counted { allocated, deallocated }
}

fn add_up(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::default(), Amount::wrapping_add)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    macro_rules! tables {
        () => {{
            static SHARED: [GroupCounters; 128] = [const { GroupCounters::new() }; 128];
            CounterTables::new(&SHARED)
        }};
    }

    #[test]
    fn what_is_seen_freed_was_made() {
        static LIST: CounterTables = tables!();
        let group = GroupId::from_slot(5);
        // As if the allocation was counted in a table that had been read before.
        let table = LIST.acquire(group, 1).expect("memory");
        table.touch(group).expect("room").share_deallocation(10);
        let [counted, other, ..] = LIST.count_neighbours(&[group, GroupId::from_slot(6)]);
        let ten = Amount { bytes: 10, objects: 1 };
        assert_eq!((counted.allocated, counted.deallocated), (Amount::default(), ten));
        assert_eq!(counted.with_what_was_freed().allocated, ten);
        assert_eq!((other.allocated, other.deallocated), Default::default());
    }

    #[test]
    fn every_table_is_part_of_the_sum() {
        static LIST: CounterTables = tables!();
        let groups = [GroupId::from_slot(64), GroupId::from_slot(70)];
        LIST.shared(groups[0]).expect("room").share_allocation(1);
        for tables in 0..3 * TABLES_AT_ONCE {
            let [first, second, ..] = LIST.count_neighbours(&groups);
            assert_eq!((first.allocated.bytes, second.allocated.bytes), (1, 3 * tables as u64));
            let table = LIST.acquire(groups[1], 1).expect("memory");
            table.touch(groups[1]).expect("room").share_allocation(3);
        }
    }
}
