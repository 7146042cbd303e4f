//! The small number that stands for a group.

use std::sync::atomic::{AtomicU16, Ordering};

/// How many groups there can be.
///
/// A block carries two bytes, which could name four times as many; the address space that every thread's table reserves grows
/// with this number, and 16,384 keeps it at a mebibyte.
pub(super) const MAXIMUM_GROUPS: u16 = if cfg!(loom) { 4 } else { 1 << 14 };

/// The counters of this many groups become memory together: a page for each 64 groups a thread touches.
pub(super) const GROUPS_PER_CHUNK: usize = if cfg!(loom) { 2 } else { 64 };

/// How many chunks it takes to hold every group.
pub(super) const CHUNKS: usize = MAXIMUM_GROUPS as usize / GROUPS_PER_CHUNK;

/// The first slot that no one has been given; everything below is in use.
static NEXT_SLOT: AtomicU16 = AtomicU16::new(2);

/// The slot of a group: its place in every thread's table, and what is written beside a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(u16);

impl GroupId {
    /// Everything that no other group claims.
    pub(super) const ROOT: Self = Self(0);

    /// The hidden group that finds out whether the tracking allocator is installed.
    pub(super) const PROBE: Self = Self(1);

    /// Gives out a slot that nobody has, or `None` once all are taken.
    pub(super) fn allot() -> Option<Self> {
        NEXT_SLOT
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |slot| {
                (slot < MAXIMUM_GROUPS).then(|| slot.saturating_add(1))
            })
            .ok()
            .map(Self)
    }

    /// How many chunks hold all the slots given out so far.
    pub(super) fn chunks_in_use() -> usize {
        usize::from(NEXT_SLOT.load(Ordering::Relaxed)).div_ceil(GROUPS_PER_CHUNK)
    }

    /// The chunk this group is in: below [`CHUNKS`], whatever the slot.
    #[inline]
    pub(super) const fn chunk_index(self) -> usize {
        (self.0 as usize / GROUPS_PER_CHUNK) % CHUNKS
    }

    /// What is written beside a block.
    #[inline]
    pub(super) const fn to_slot(self) -> u16 {
        self.0
    }

    /// The slot that [`GroupId::to_slot`] was asked of.
    #[inline]
    pub(super) const fn from_slot(slot: u16) -> Self {
        Self(slot)
    }
}

/// A group: its slot, and which of the groups that had the slot it is. In one word, the [mark](Mark) in the lower half and the
/// generation, which is even, in the upper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Group(u64);

/// What stands for a group where a thread is in it: its slot, and above it the lowest 16 bits of its generation, of which the
/// first is one here. So it is never zero, which is nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u32);

const SOMEBODY: u64 = 1 << 16;

impl Group {
    pub(super) const ROOT: Self = Self::new(GroupId::ROOT, 0);
    pub(super) const PROBE: Self = Self::new(GroupId::PROBE, 0);

    pub(super) const fn new(id: GroupId, generation: u32) -> Self {
        let generation = generation as u64;
        Self(generation << 32 | generation << 16 & 0xFFFF_0000 | SOMEBODY | id.0 as u64)
    }

    #[inline]
    pub(super) const fn id(self) -> GroupId {
        self.mark().id()
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the lower half out")]
    pub(super) const fn mark(self) -> Mark {
        Mark(self.0 as u32)
    }

    #[inline]
    pub(super) const fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Mark {
    pub(super) const NOBODY: Self = Self(0);
    pub(super) const ROOT: Self = Group::ROOT.mark();

    #[inline]
    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[inline]
    pub(super) const fn to_bits(self) -> u32 {
        self.0
    }

    /// The slot of the group; that of the root for nobody.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "takes the slot out")]
    pub(super) const fn id(self) -> GroupId {
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
        assert_eq!((group.mark().id(), group.mark().to_bits()), (group.id(), 0x9ABD_1234));
        assert_ne!(group.mark(), Group::new(group.id(), 0x5678_9ABE).mark());
    }

    #[test]
    fn nobody_is_in_no_group_and_counts_to_the_root() {
        assert_ne!(Mark::NOBODY, Mark::ROOT);
        assert_eq!(Mark::NOBODY.id(), GroupId::ROOT);
    }
}
