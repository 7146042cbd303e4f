//! Two bytes behind a block.

use std::alloc::Layout;

use super::address_table::AddressTable;
use super::{PAGE, Placement, sealed};
use crate::allocator::protocol::groups::GroupId;

/// Writes the group in two bytes behind a block of less than a page, and that of others in a table; see [`Placement`].
///
/// Behind and not in front, because a block then keeps its address and alignment, and two bytes because that is what glibc has
/// to spare beside most sizes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trailer;

/// Bytes taken behind what the caller asked for.
const TRAILER_BYTES: usize = size_of::<u16>();

/// The groups of blocks that have no trailer. A block of a page or more is expensive anyway, so looking its region up in two steps costs
/// little beside it. An array for all usual addresses would take 2 MiB of address space.
static LARGE: AddressTable<{ PAGE.ilog2() }, 0> = AddressTable::new();

impl Placement for Trailer {}

impl sealed::GroupStore for Trailer {
    #[inline]
    unsafe fn block_layout(self, layout: Layout) -> Layout {
        if layout.size() >= PAGE {
            return layout;
        }
        // `Layout::from_size_align` would find out again, on every allocation, that the alignment is a power of two.
        // SAFETY: the alignment is that of a layout that is not zero-sized, so at most 2 to the power of the bits of `isize`
        // less one; rounded up to any such, less than a page and two bytes stay below `isize::MAX`.
        unsafe {
            Layout::from_size_align_unchecked(layout.size().wrapping_add(TRAILER_BYTES), layout.align())
        }
    }

    #[inline]
    unsafe fn write_group(self, start: *mut u8, size: usize, group: GroupId) -> GroupId {
        // SAFETY: passed on to the caller.
        if unsafe { self.try_write_group(start, size, group) } {
            return group;
        }
        LARGE.write(start.addr(), size, group)
    }

    #[inline]
    unsafe fn try_write_group(self, start: *mut u8, size: usize, group: GroupId) -> bool {
        if size >= PAGE {
            return false;
        }
        // SAFETY: the block goes on for a trailer after `size` bytes.
        let trailer = unsafe { start.add(size) };
        // SAFETY: in bounds as above; the write does not ask for alignment.
        unsafe { trailer.cast::<u16>().write_unaligned(group.to_slot()) };
        true
    }

    #[inline]
    unsafe fn try_read_group(self, start: *const u8, size: usize) -> Option<GroupId> {
        if size >= PAGE {
            return None;
        }
        // SAFETY: the block goes on for a trailer after `size` bytes.
        let trailer = unsafe { start.add(size) };
        // SAFETY: in bounds as above and written before; the read does not ask for alignment.
        Some(GroupId::from_slot(unsafe { trailer.cast::<u16>().read_unaligned() }))
    }

    #[inline]
    unsafe fn read_group(self, start: *const u8, size: usize) -> GroupId {
        // SAFETY: passed on to the caller.
        unsafe { self.try_read_group(start, size) }.unwrap_or_else(|| LARGE.read(start.addr(), size))
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::GroupStore;
    use super::*;

    fn block_of(size: usize, align: usize) -> (usize, usize) {
        let layout = Layout::from_size_align(size, align).expect("a layout");
        // SAFETY: not zero-sized.
        let block = unsafe { Trailer.block_layout(layout) };
        (block.size(), block.align())
    }

    #[test]
    fn a_block_has_the_alignment_asked_for_and_room_for_the_group() {
        assert_eq!(block_of(61, 64), (63, 64));
        assert_eq!(block_of(4095, 1), (4097, 1));
        let widest = 1 << (usize::BITS - 2);
        assert_eq!(block_of(1, widest), (3, widest));
    }

    #[test]
    fn a_block_of_a_page_or_more_is_what_was_asked_for() {
        assert_eq!(block_of(4096, 1), (4096, 1));
        assert_eq!(block_of(isize::MAX.unsigned_abs(), 1), (isize::MAX.unsigned_abs(), 1));
    }

    #[test]
    fn the_group_stands_behind_the_last_byte() {
        let mut block = [7_u8; 8];
        let group = GroupId::from_slot(0x1234);
        // SAFETY: three bytes and the trailer are within the eight.
        assert_eq!(unsafe { Trailer.write_group(block.as_mut_ptr(), 3, group) }, group);
        // SAFETY: as above, and just written.
        assert_eq!(unsafe { Trailer.read_group(block.as_ptr(), 3) }, group);
        assert_eq!(block[..3], [7; 3]);
        assert_eq!(block[5..], [7; 3]);
    }
}
