//! What all tables together have counted.

use super::counters::{Amount, Counters};
use super::group::GroupId;
use super::tables::Tables;

/// Made and freed, of one group or of all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    pub(super) allocated: Amount,
    pub(super) deallocated: Amount,
}

impl Tables {
    /// What has been counted for the groups that had the slot of `group`.
    pub(super) fn count(&self, group: GroupId) -> Counted {
        count(|| self.counters(group))
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
    amounts.fold(Amount::default(), Amount::saturating_add)
}
