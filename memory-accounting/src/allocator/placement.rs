//! Where the group of a block is written down: in two bytes behind it.
//!
//! Behind and not in front, because a block then keeps its address and alignment, and two bytes because that is what
//! glibc has to spare beside most sizes. The rest of the allocator knows only these functions, so another place can
//! take over by offering the same ones.

use std::alloc::Layout;

use super::group::GroupId;

/// Bytes taken behind what the caller asked for.
const TRAILER_BYTES: usize = size_of::<u16>();

/// The block to ask the inner allocator for when the caller wants `layout`; `None` when no such block can exist.
#[inline]
pub(super) fn block_layout(layout: Layout) -> Option<Layout> {
    let size = layout.size().checked_add(TRAILER_BYTES)?;
    // Does not wrap: the alignment of a layout is at most one more than `isize::MAX`.
    let largest_size = isize::MAX.unsigned_abs().wrapping_sub(layout.align().wrapping_sub(1));
    if size > largest_size {
        return None;
    }
    // `Layout::from_size_align` would find out again, on every allocation, that the alignment is a power of two.
    // SAFETY: the alignment is that of a layout, and rounded up to it the size is at most `isize::MAX`.
    Some(unsafe { Layout::from_size_align_unchecked(size, layout.align()) })
}

/// The block that [`block_layout`] gave for `layout` when it was allocated.
///
/// # Safety
///
/// [`block_layout`] is `Some` for `layout`.
#[inline]
pub(super) unsafe fn allocated_block_layout(layout: Layout) -> Layout {
    // SAFETY: the caller says that this size and this alignment were found good before.
    unsafe { Layout::from_size_align_unchecked(layout.size().wrapping_add(TRAILER_BYTES), layout.align()) }
}

/// Notes that the block at `start`, of which the caller knows `size` bytes, belongs to `group`.
///
/// # Safety
///
/// `start` is a live block of at least [`block_layout`] of `size` bytes, and nobody else uses its trailer meanwhile.
#[inline]
pub(super) unsafe fn write_group(start: *mut u8, size: usize, group: GroupId) {
    // SAFETY: the block goes on for a trailer after `size` bytes.
    let trailer = unsafe { start.add(size) };
    // SAFETY: in bounds as above; the write does not ask for alignment.
    unsafe { trailer.cast::<u16>().write_unaligned(group.to_slot()) }
}

/// The group that the block at `start` belongs to.
///
/// # Safety
///
/// As for [`write_group`], which was the last to write there, with the same `size`.
#[inline]
pub(super) unsafe fn read_group(start: *const u8, size: usize) -> GroupId {
    // SAFETY: the block goes on for a trailer after `size` bytes.
    let trailer = unsafe { start.add(size) };
    // SAFETY: in bounds as above and written before; the read does not ask for alignment.
    GroupId::from_slot(unsafe { trailer.cast::<u16>().read_unaligned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).expect("a layout")
    }

    #[test]
    fn a_block_has_the_alignment_asked_for_and_room_for_the_group() {
        assert_eq!(block_layout(layout(61, 64)), Some(layout(63, 64)));
    }

    #[test]
    fn a_block_that_cannot_exist_is_none() {
        let largest = isize::MAX.unsigned_abs();
        assert_eq!(block_layout(layout(largest, 1)), None);
        assert_eq!(block_layout(layout(largest - 2, 1)), Some(layout(largest, 1)));
        assert_eq!(block_layout(layout(largest - 4095, 4096)), None);
        assert_eq!(block_layout(layout(largest - 4097, 4096)), Some(layout(largest - 4095, 4096)));
        assert_eq!(block_layout(layout(0, 1 << (usize::BITS - 1))), None);
    }

    #[test]
    fn the_group_stands_behind_the_last_byte() {
        let mut block = [7_u8; 8];
        // SAFETY: three bytes and the trailer are within the eight.
        unsafe { write_group(block.as_mut_ptr(), 3, GroupId::from_slot(0x1234)) };
        // SAFETY: as above, and just written.
        assert_eq!(unsafe { read_group(block.as_ptr(), 3) }, GroupId::from_slot(0x1234));
        assert_eq!(block[..3], [7; 3]);
        assert_eq!(block[5..], [7; 3]);
    }
}
