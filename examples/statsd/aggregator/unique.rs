//! Sets: how many different members were sent.

use super::growth::make_room;

/// The members of the current flush interval, as hashes, so that long members take no more memory than short ones.
#[derive(Debug, Default)]
pub(super) struct UniqueMembers {
    /// Sorted. A plain list takes exactly eight bytes for each member; a hash table would take up to four times that.
    members: Vec<u64>,
    /// How many there were in the interval before.
    previous: usize,
}

impl UniqueMembers {
    /// Whether the member is in the set now: `false` when the set is full.
    pub(super) fn insert(&mut self, hash: u64, set_limit: usize) -> bool {
        match self.members.binary_search(&hash) {
            Ok(_) => true,
            Err(place) => {
                let room = make_room(&mut self.members, set_limit);
                if room {
                    self.members.insert(place, hash);
                }
                room
            }
        }
    }

    /// The larger of this interval's number and the last one's, so that a new interval does not start from nothing.
    pub(super) fn count(&self) -> usize {
        self.members.len().max(self.previous)
    }

    /// Keeps no more members than that, and room for no more.
    pub(super) fn limit(&mut self, set_limit: usize) {
        self.members.truncate(set_limit);
        self.members.shrink_to(set_limit);
    }

    /// Starts the next interval.
    pub(super) fn flush(&mut self) {
        self.previous = self.members.len();
        self.members.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_member_once_up_to_the_limit() {
        let mut set = UniqueMembers::default();
        assert!([5, 3, 5, 9].into_iter().all(|hash| set.insert(hash, 3)));
        assert_eq!(set.count(), 3);
        assert!(!set.insert(4, 3));
        assert!(set.insert(9, 3));
        assert_eq!(set.count(), 3);
    }

    #[test]
    fn an_interval_is_shown_until_the_next_has_passed() {
        let mut set = UniqueMembers::default();
        set.insert(1, 8);
        set.insert(2, 8);
        set.flush();
        set.insert(3, 8);
        assert_eq!(set.count(), 2);
        set.flush();
        assert_eq!(set.count(), 1);
    }
}
