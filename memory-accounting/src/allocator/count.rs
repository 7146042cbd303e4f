//! What all tables together have counted.

use super::counters::{Amount, Counters};
use super::group::{GROUPS_PER_CHUNK, GroupId};
use super::tables::Tables;

/// Made and freed, of one group or of all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    pub(super) allocated: Amount,
    pub(super) deallocated: Amount,
}

/// How many tables are added up for one group after another: enough that sums seldom leave the registers, few enough that the processor
/// foresees what is read next in each of them.
const TABLES_AT_ONCE: usize = 8;

impl Counted {
    /// With what `counters` say; first what they say was freed.
    fn plus(self, counters: &Counters) -> Self {
        let deallocated = self.deallocated.wrapping_add(counters.deallocated());
        Self { allocated: self.allocated.wrapping_add(counters.allocated()), deallocated }
    }

    /// At least as much made as is seen freed: what is freed was made before, and whoever has seen that will see no less again.
    pub(super) fn with_what_was_freed(self) -> Self {
        Self { allocated: self.allocated.max_of_each(self.deallocated), ..self }
    }
}

impl Tables {
    /// What has been counted for the groups that had the slot of `group`.
    pub(super) fn count(&self, group: GroupId) -> Counted {
        count(|| self.counters(group))
    }

    /// What has been counted for each of `groups`, whose counters are in one chunk, in their order and in one pass.
    ///
    /// What one thread made while this was on its way to the table of the one that freed it is missing: see
    /// [`Counted::with_what_was_freed`].
    pub(super) fn count_neighbours(&self, groups: &[GroupId]) -> [Counted; GROUPS_PER_CHUNK] {
        let mut counted = [Counted::default(); GROUPS_PER_CHUNK];
        let Some(first) = groups.first() else { return counted };
        let mut tables = self.every().filter(|table| table.is_touched(*first));
        let mut few = [&self.shared; TABLES_AT_ONCE];
        loop {
            let number = few.iter_mut().zip(&mut tables).map(|(place, table)| *place = table).count();
            let few = few.get(..number).unwrap_or_default();
            if few.is_empty() {
                return counted;
            }
            for (sum, group) in counted.iter_mut().zip(groups) {
                *sum = few.iter().fold(*sum, |sum, table| sum.plus(table.counters(*group)));
            }
        }
    }

    /// What has been counted for all groups.
    pub(super) fn count_all(&self) -> Counted {
        count(|| self.all_counters())
    }
}

/// All deallocations are read before any allocation: what is freed in between is then not missing its allocation,
/// and nothing looks freed more often than made.
fn count<'a, I: Iterator<Item = &'a Counters>>(counters: impl Fn() -> I) -> Counted {
    let deallocated = add_up(counters().map(Counters::deallocated));
    let allocated = add_up(counters().map(Counters::allocated));
    Counted { allocated, deallocated }
}

fn add_up(amounts: impl Iterator<Item = Amount>) -> Amount {
    amounts.fold(Amount::default(), Amount::wrapping_add)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_freed_was_made() {
        static LIST: Tables = Tables::new();
        let group = GroupId::from_slot(5);
        // As if the allocation was counted in a table that had been read before.
        LIST.acquire().expect("memory").touch(group).share_deallocation(10);
        let [counted, other, ..] = LIST.count_neighbours(&[group, GroupId::from_slot(6)]);
        let ten = Amount { bytes: 10, objects: 1 };
        assert_eq!((counted.allocated, counted.deallocated), (Amount::default(), ten));
        assert_eq!(counted.with_what_was_freed().allocated, ten);
        assert_eq!((other.allocated, other.deallocated), Default::default());
    }

    #[test]
    fn every_table_is_part_of_the_sum() {
        static LIST: Tables = Tables::new();
        let groups = [GroupId::from_slot(64), GroupId::from_slot(70)];
        LIST.shared(groups[0]).share_allocation(1);
        for tables in 0..3 * TABLES_AT_ONCE {
            let [first, second, ..] = LIST.count_neighbours(&groups);
            assert_eq!((first.allocated.bytes, second.allocated.bytes), (1, 3 * tables));
            LIST.acquire().expect("memory").touch(groups[1]).share_allocation(3);
        }
    }
}
