//! Nothing behind a block.

use std::alloc::Layout;

use super::address_table::AddressTable;
use super::regions::USUAL_REGIONS;
use super::{Placement, sealed};
use crate::allocator::protocol::groups::GroupId;

/// Writes the group of every block in a table, by its address; see [`Placement`].
#[derive(Clone, Copy, Debug, Default)]
pub struct SideTable;

/// What the least block takes: the entries of the table are no closer together.
const LEAST_BYTES: usize = 8;

static ALL: AddressTable<{ LEAST_BYTES.ilog2() }, USUAL_REGIONS> = AddressTable::new();

impl Placement for SideTable {}

impl sealed::GroupStore for SideTable {
    #[inline]
    unsafe fn block_layout(self, layout: Layout) -> Layout {
        // SAFETY: the alignment is that of a layout that is not zero-sized, so at most 2 to the power of the bits of `isize`
        // less one; rounded up to any such, 8 bytes stay below `isize::MAX`, and the size of the layout did before.
        unsafe { Layout::from_size_align_unchecked(layout.size().max(LEAST_BYTES), layout.align()) }
    }

    #[inline]
    unsafe fn write_group(self, start: *mut u8, size: usize, group: GroupId) -> GroupId {
        ALL.write(start.addr(), size, group)
    }

    #[inline]
    unsafe fn try_write_group(self, start: *mut u8, size: usize, group: GroupId) -> bool {
        ALL.try_write(start.addr(), size, group)
    }

    #[inline]
    unsafe fn try_read_group(self, start: *const u8, size: usize) -> Option<GroupId> {
        ALL.try_read(start.addr(), size)
    }

    #[inline]
    unsafe fn read_group(self, start: *const u8, size: usize) -> GroupId {
        ALL.read(start.addr(), size)
    }
}

#[cfg(test)]
mod tests {
    use super::sealed::GroupStore;
    use super::*;

    #[test]
    fn a_block_is_what_was_asked_for_and_at_least_as_wide_as_an_entry() {
        for (size, block) in
            [(1, 8), (7, 8), (8, 8), (9, 9), (isize::MAX.unsigned_abs(), isize::MAX.unsigned_abs())]
        {
            let layout = Layout::from_size_align(size, 1).expect("a layout");
            // SAFETY: not zero-sized.
            assert_eq!(unsafe { SideTable.block_layout(layout) }.size(), block);
        }
    }
}
