//! Where a thread is: its current group, and how many it is inside of.

use super::super::group::{Group, GroupId};

/// The current group, and its place in the row of groups that the thread is in. In one word, so that entering and leaving
/// write it at once: a group leaves its highest 16 bits free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position(u64);

const PLACE_SHIFT: u32 = 48;
const ONE_PLACE: u64 = 1 << PLACE_SHIFT;
const PLACE_MASK: u64 = 0xFFFF << PLACE_SHIFT;
const NOWHERE_PLACE: u64 = 0x8000 << PLACE_SHIFT;

impl Position {
    /// In the root, and without a table that has places. There is no next place, and this is the one before no other: more
    /// than there are, and the one after it still is.
    pub(super) const NOWHERE: Self = Self(Group::ROOT.to_bits() | NOWHERE_PLACE);

    #[inline]
    pub(super) const fn group(self) -> Group {
        Group::from_bits(self.0 & !PLACE_MASK)
    }

    #[inline]
    pub(super) const fn id(self) -> GroupId {
        // The slot is where it is in a group.
        Group::from_bits(self.0).id()
    }

    #[inline]
    pub(super) const fn place(self) -> usize {
        (self.0 >> PLACE_SHIFT) as usize
    }

    /// The same place in `group`.
    #[inline]
    pub(super) const fn in_group(self, group: Group) -> Self {
        Self(self.0 & PLACE_MASK | group.to_bits())
    }

    /// The number of the next place, which there may not be.
    #[inline]
    pub(super) const fn next_place(self) -> usize {
        self.place().wrapping_add(1)
    }

    /// The next place, which there must be, in `group`.
    #[inline]
    pub(super) const fn next(self, group: Group) -> Self {
        Self((self.0 & PLACE_MASK).wrapping_add(ONE_PLACE) | group.to_bits())
    }

    /// Whether this is the place behind that of `previous`.
    #[inline]
    pub(super) const fn is_next_of(self, previous: Self) -> bool {
        // Where they stand in the word, which saves instructions on a path that has few; the rest of it does not matter.
        (self.0 ^ previous.0.wrapping_add(ONE_PLACE)) >> PLACE_SHIFT == 0
    }

    pub(super) const fn is_nowhere(self) -> bool {
        self.0 & PLACE_MASK == NOWHERE_PLACE
    }

    /// The first place, in the same group.
    pub(super) const fn first(self) -> Self {
        Self(self.0 & !PLACE_MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Group = Group::new(GroupId::from_slot(u16::MAX), u32::MAX);

    #[test]
    fn group_and_place_keep_out_of_each_others_way() {
        let first = Position::NOWHERE.first();
        assert_eq!((first.group(), first.place()), (Group::ROOT, 0));
        let next = first.next(GROUP);
        assert_eq!((next.group(), next.id(), next.place()), (GROUP, GROUP.id(), 1));
        assert_eq!(first.next_place(), 1);
        assert_eq!(next.in_group(Group::ROOT).place(), 1);
        assert!(next.is_next_of(first) && !first.is_next_of(next));
    }

    #[test]
    fn nowhere_is_next_to_nothing() {
        let nowhere = Position::NOWHERE.in_group(GROUP);
        assert_eq!(nowhere.group(), GROUP);
        assert!(nowhere.next_place() > usize::from(i16::MAX.unsigned_abs()));
        assert!(!nowhere.first().is_next_of(nowhere) && !nowhere.is_next_of(nowhere));
    }
}
