//! The numbers that stand for a group.
//!
//! A group is a slot and a generation, which tells the groups apart that had the slot one after the other. In one word:
//!
//! ```text
//!  Group      63           32 31        17  16 15         0
//!            +---------------+------------+---+------------+
//!            |   generation  | generation | 1 |    slot    |
//!            |    32 bits    | bits 1..16 |   |  16 bits   |
//!            +---------------+------------+---+------------+
//!                            '------- Occupant ------------'
//! ```
//!
//! The generation of a registered group is even (see [`Slot`](super::Slot)), so the lowest bit of the lower half is not needed for it. That
//! is always set, so no occupant is 0, which means nobody.

/// How many groups there can be.
///
/// An allocation carries two bytes, which could name four times as many; the largest table a thread can need takes 64 bytes of address
/// space for each, a mebibyte.
pub(crate) const MAXIMUM_GROUPS: u16 = if cfg!(loom) { 4 } else { 1 << 14 };

/// The counters of this many groups become memory together: a page.
pub(crate) const GROUPS_PER_CHUNK: usize = if cfg!(loom) { 2 } else { 64 };

/// How many chunks it takes to hold every group.
pub(crate) const CHUNKS: usize = MAXIMUM_GROUPS as usize / GROUPS_PER_CHUNK;

/// The slot of a group: the index of its counters in every table, and what is written down for an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u16);

impl GroupId {
    /// Everything that no other group claims.
    pub(crate) const ROOT: Self = Self(0);

    /// The hidden group that finds out whether the tracking allocator is installed.
    pub(crate) const PROBE: Self = Self(1);

    /// The first slot that is not built in.
    pub(crate) const FIRST_FREE: u16 = 2;

    /// The chunk this group is in: below [`CHUNKS`], whatever the slot.
    #[inline]
    pub(crate) const fn chunk_index(self) -> usize {
        self.index() / GROUPS_PER_CHUNK % CHUNKS
    }

    /// Where its counters are in a table that has room for it.
    #[inline]
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }

    /// What is written down for an allocation.
    #[inline]
    pub(crate) const fn to_slot(self) -> u16 {
        self.0
    }

    /// The slot that [`GroupId::to_slot`] was asked of.
    #[inline]
    pub(crate) const fn from_slot(slot: u16) -> Self {
        Self(slot)
    }
}

/// A group: its slot, and which of the groups that had the slot it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Group(u64);

/// What stands for a group among those that a thread has entered: its slot and the lowest bits of its generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occupant(u32);

const OCCUPIED: u64 = 1 << 16;

impl Group {
    pub(crate) const ROOT: Self = Self::new(GroupId::ROOT, 0);
    pub(crate) const PROBE: Self = Self::new(GroupId::PROBE, 0);

    pub(crate) const fn new(id: GroupId, generation: u32) -> Self {
        let generation = generation as u64;
        Self(generation << 32 | generation << 16 & 0xFFFF_0000 | OCCUPIED | id.0 as u64)
    }

    #[inline]
    pub(crate) const fn id(self) -> GroupId {
        self.occupant().id()
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the lower half out")]
    pub(crate) const fn occupant(self) -> Occupant {
        Occupant(self.0 as u32)
    }

    #[inline]
    pub(crate) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Occupant {
    pub(crate) const NOBODY: Self = Self(0);
    pub(crate) const ROOT: Self = Group::ROOT.occupant();

    #[inline]
    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[inline]
    pub(crate) const fn to_bits(self) -> u32 {
        self.0
    }

    /// The slot of the group; that of the root for nobody.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the slot out")]
    pub(crate) const fn id(self) -> GroupId {
        GroupId(self.0 as u16)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_slot_is_in_a_chunk() {
        let last = GroupId::from_slot(MAXIMUM_GROUPS - 1);
        assert_eq!((GroupId::ROOT.chunk_index(), last.chunk_index()), (0, CHUNKS - 1));
        assert!(GroupId::from_slot(u16::MAX).chunk_index() < CHUNKS);
    }

    #[test]
    fn a_group_is_its_slot_and_its_generation() {
        let group = Group::new(GroupId::from_slot(0x1234), 0x5678_9ABC);
        assert_eq!((group.id().to_slot(), group.generation()), (0x1234, 0x5678_9ABC));
        assert_eq!((group.occupant().id(), group.occupant().to_bits()), (group.id(), 0x9ABD_1234));
        assert_ne!(group.occupant(), Group::new(group.id(), 0x5678_9ABE).occupant());
    }

    #[test]
    fn nobody_is_in_no_group_and_counts_to_the_root() {
        assert_ne!(Occupant::NOBODY, Occupant::ROOT);
        assert_eq!(Occupant::NOBODY.id(), GroupId::ROOT);
    }
}
