//! The groups of blocks by their addresses.

use std::ptr;
use std::sync::atomic::{AtomicU16, Ordering};

use super::PAGE;
use super::regions::{REGION_BYTES, Regions, Segments};
use crate::allocator::protocol::groups::GroupId;

/// The coarsest entries: blocks of a page and more have them.
const COARSEST: u32 = PAGE.ilog2();

/// Which group a block belongs to, by its address and size.
///
/// In each region there are entries for every `2^FINEST` bytes, for every `2^(FINEST + 1)`, and so on up to a page. A block of
/// `s` bytes has the entry of its first byte among those for every `2^k` bytes, the widest that are not wider than it: two such
/// blocks begin at least that far apart, so each has one of its own.
///
/// All entries of a region are in one array, numbered as the nodes of a binary heap are: those for every `2^k` bytes are at the indices
/// from `REGION_BYTES >> k` up to twice that. With a region of 16 bytes and entries for every 2, 4 and 8 of them:
///
/// ```text
///  index    2       3        4   5   6   7      8 9 10 11 12 13 14 15
///  for     every 8 bytes    every 4 bytes      every 2 bytes
///  address  0       8        0   4   8   12     0 2 4  6  8  10 12 14
///
///  the block of 5 bytes at 9:  widest that is not wider is 4 = 2^2,  (9 | 16) >> 2 = 6
/// ```
///
/// The first `USUAL` regions are found with one load, and those of other addresses by segments.
///
/// Written and read by any thread; whoever frees a block has it from whoever allocated it, so the entry needs no ordering of its
/// own.
pub(super) struct AddressTable<const FINEST: u32, const USUAL: usize> {
    usual: Regions<USUAL>,
    segments: Segments,
}

impl<const FINEST: u32, const USUAL: usize> AddressTable<FINEST, USUAL> {
    /// What the entries of one region take, with those below the first index of the coarsest.
    const REGION_ENTRIES: usize = REGION_BYTES.wrapping_mul(2) >> FINEST;

    pub(super) const fn new() -> Self {
        Self { usual: Regions::new(), segments: Segments::new() }
    }

    /// Notes the group of the block of `size` bytes at `address`, and returns it; the root where there is no memory for that.
    #[inline]
    pub(super) fn write(&self, address: usize, size: usize, group: GroupId) -> GroupId {
        if self.try_write(address, size, group) { group } else { self.write_slow(address, size, group) }
    }

    /// Notes the group, if that is in a region of usual addresses which has been noted in before, and says whether it is.
    #[inline]
    pub(super) fn try_write(&self, address: usize, size: usize, group: GroupId) -> bool {
        let entries = self.entries_fast(address);
        if entries.is_null() {
            return false;
        }
        // SAFETY: the entries of a region, as made below.
        unsafe { Self::entry(entries, address, size) }.store(group.to_slot(), Ordering::Relaxed);
        true
    }

    /// The group of the block of `size` bytes at `address`; the root where none was noted.
    #[inline]
    pub(super) fn read(&self, address: usize, size: usize) -> GroupId {
        self.try_read(address, size).unwrap_or_else(|| self.read_slow(address, size))
    }

    /// The same, if it was noted in a region of usual addresses.
    #[inline]
    pub(super) fn try_read(&self, address: usize, size: usize) -> Option<GroupId> {
        let entries = self.entries_fast(address);
        if entries.is_null() {
            return None;
        }
        // SAFETY: the entries of a region, as made below.
        Some(GroupId::from_slot(unsafe { Self::entry(entries, address, size) }.load(Ordering::Relaxed)))
    }

    /// The entries of the region that `address` is in, if it is usual or no address is; null where there are none.
    #[inline]
    fn entries_fast(&self, address: usize) -> *const AtomicU16 {
        if USUAL > 0 { self.usual.entries(address) } else { self.segments.entries(address) }
    }

    #[cold]
    #[inline(never)]
    fn write_slow(&self, address: usize, size: usize, group: GroupId) -> GroupId {
        let entries = if Regions::<USUAL>::has(address) {
            self.usual.entries_or_make(address, Self::REGION_ENTRIES)
        } else {
            self.segments.entries_or_make(address, Self::REGION_ENTRIES)
        };
        if entries.is_null() {
            return GroupId::ROOT;
        }
        // SAFETY: the entries of a region, just made with that many.
        unsafe { Self::entry(entries, address, size) }.store(group.to_slot(), Ordering::Relaxed);
        group
    }

    #[cold]
    #[inline(never)]
    fn read_slow(&self, address: usize, size: usize) -> GroupId {
        let entries =
            if Regions::<USUAL>::has(address) { ptr::null() } else { self.segments.entries(address) };
        if entries.is_null() {
            return GroupId::ROOT;
        }
        // SAFETY: the entries of a region, as made above.
        GroupId::from_slot(unsafe { Self::entry(entries, address, size) }.load(Ordering::Relaxed))
    }

    /// The entry of the block of `size` bytes at `address`.
    ///
    /// # Safety
    ///
    /// `entries` are [`REGION_ENTRIES`](Self::REGION_ENTRIES) that are never freed.
    #[inline]
    unsafe fn entry(entries: *const AtomicU16, address: usize, size: usize) -> &'static AtomicU16 {
        let widest = (size | 1 << FINEST).ilog2().min(COARSEST);
        let index = ((address % REGION_BYTES) | REGION_BYTES) >> widest;
        // SAFETY: below twice the region's bytes before the shift, which is by `FINEST` at least, so below their number.
        unsafe { &*entries.add(index) }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_pointer_width = "64")]
    use super::super::regions::USUAL_BITS;
    use super::super::regions::USUAL_REGIONS;
    use super::*;

    const SOME: GroupId = GroupId::from_slot(0x1234);
    const OTHER: GroupId = GroupId::from_slot(0x0056);

    #[test]
    fn a_block_nobody_noted_is_the_roots() {
        static TABLE: AddressTable<3, USUAL_REGIONS> = AddressTable::new();
        assert_eq!(TABLE.read(0x1000, 8), GroupId::ROOT);
        assert_eq!(TABLE.read(usize::MAX & !7, 8), GroupId::ROOT);
    }

    #[test]
    fn neighbours_of_every_size_keep_apart() {
        static TABLE: AddressTable<3, USUAL_REGIONS> = AddressTable::new();
        for size in [8_usize, 9, 15, 16, 100, 4095, 4096, 5000, 1 << 20] {
            // Side by side, from an odd address on, and across a border of regions.
            let first = REGION_BYTES * 3 - 5 * size - 3;
            let addresses: Vec<usize> = (0..10).map(|number| first + number * size).collect();
            for (address, slot) in addresses.iter().zip(1..) {
                TABLE.write(*address, size, GroupId::from_slot(slot));
            }
            for (address, slot) in addresses.iter().zip(1..) {
                assert_eq!(TABLE.read(*address, size), GroupId::from_slot(slot), "{size} bytes");
            }
        }
    }

    #[test]
    fn a_small_block_in_the_place_of_a_large_one_is_another() {
        static TABLE: AddressTable<3, USUAL_REGIONS> = AddressTable::new();
        TABLE.write(0x10_0000, 1 << 16, SOME);
        TABLE.write(0x10_0000, 64, OTHER);
        assert_eq!((TABLE.read(0x10_0000, 1 << 16), TABLE.read(0x10_0000, 64)), (SOME, OTHER));
    }

    #[cfg(target_pointer_width = "64")]
    #[test]
    fn addresses_above_the_usual_ones_are_found() {
        static TABLE: AddressTable<12, USUAL_REGIONS> = AddressTable::new();
        // Of five-level page tables, of the upper half, and with a tag in the highest byte.
        let addresses = [0x0080_0000_0000_0000, 0xFFFF_8000_0000_0000, 0xB400_7000_0000_0000_usize];
        for (address, slot) in addresses.into_iter().zip(1..) {
            assert_eq!(TABLE.write(address, 5000, GroupId::from_slot(slot)), GroupId::from_slot(slot));
            assert_eq!(TABLE.write(address % (1 << USUAL_BITS), 5000, OTHER), OTHER);
        }
        for (address, slot) in addresses.into_iter().zip(1..) {
            assert_eq!(TABLE.read(address, 5000), GroupId::from_slot(slot));
        }
    }

    #[test]
    fn no_address_need_be_usual() {
        static TABLE: AddressTable<12, 0> = AddressTable::new();
        let addresses = [0x1000, REGION_BYTES - 5000, REGION_BYTES + 5000, usize::MAX / 2, usize::MAX - 9999];
        for (address, slot) in addresses.into_iter().zip(1..) {
            assert_eq!(TABLE.read(address, 5000), GroupId::ROOT);
            assert_eq!(TABLE.write(address, 5000, GroupId::from_slot(slot)), GroupId::from_slot(slot));
        }
        for (address, slot) in addresses.into_iter().zip(1..) {
            assert_eq!(TABLE.read(address, 5000), GroupId::from_slot(slot));
        }
    }

    #[test]
    fn threads_that_make_the_same_region_share_it() {
        static TABLE: AddressTable<3, USUAL_REGIONS> = AddressTable::new();
        std::thread::scope(|scope| {
            for thread in 1..=8_u16 {
                scope.spawn(move || {
                    let address = 0x4000_0000 + usize::from(thread) * 64;
                    assert_eq!(
                        TABLE.write(address, 64, GroupId::from_slot(thread)),
                        GroupId::from_slot(thread)
                    );
                });
            }
        });
        for thread in 1..=8_u16 {
            let address = 0x4000_0000 + usize::from(thread) * 64;
            assert_eq!(TABLE.read(address, 64), GroupId::from_slot(thread));
        }
    }
}
