//! Where the group of a block is written down.

mod address_table;
mod regions;
mod side_table;
mod trailer;

pub use self::side_table::SideTable;
pub use self::trailer::Trailer;

/// Where the group of a block is written down: what a [`TrackingAllocator`](super::TrackingAllocator) takes as its second
/// parameter. It cannot be implemented elsewhere.
///
/// | | memory it takes | for |
/// |---|---|---|
/// | [`Trailer`] | two bytes behind a block of less than a page | allocators that have them to spare, as glibc's has beside most sizes |
/// | [`SideTable`] | two to four bytes of a table for each block, where a page holds blocks of one size | allocators that keep sizes apart and round them up to powers of two, as mimalloc and jemalloc |
///
/// Both keep the group of a block of 4096 bytes and more in a table, so that a buffer of whole pages stays one.
///
/// # The table
///
/// A table is looked up by address. There is one entry for every 8 bytes of address space, another for every 16, and so on up
/// to 4096; a block uses the widest that is not wider than itself, and so shares it with no other. Of a region of address space
/// the entries are reserved at once, and become memory as they are used: 256 MiB of address space for 512 MiB with [`SideTable`], and
/// half a mebibyte with [`Trailer`]. Where the system reserves no more, as under a limit of address space, new blocks
/// count to the root group. Entries are not given back: where blocks of all sizes take turns in the same pages, as with glibc, a
/// [`SideTable`] comes to half of the heap at worst, and stays that. A system that keeps all memory locked (`mlockall`) makes
/// memory of all that is reserved.
///
/// An inner allocator must not get its own memory from a tracked one, as an arena does that takes blocks of 64 KiB from the global allocator:
/// the arena's block and the first block in it begin at the same address, and where both are of a page or more they have one entry. Say the
/// group `arena` allocates 64 KiB at address A and then hands out 8 KiB of them at A in the group `parser`; the entry of A says `parser`, so
/// freeing the arena uncounts 64 KiB from `parser`.
pub trait Placement: sealed::GroupStore {}

pub(super) mod sealed {
    use std::alloc::Layout;

    use crate::allocator::protocol::groups::GroupId;

    /// What the allocator asks of a placement.
    pub trait GroupStore: Copy {
        /// The block to ask the inner allocator for when the caller wants `layout`; the same at every call.
        ///
        /// # Safety
        ///
        /// `layout` is not zero-sized.
        unsafe fn block_layout(self, layout: Layout) -> Layout;

        /// Notes that the block at `start`, of which the caller knows `size` bytes, belongs to `group`, and returns the group
        /// that [`read_group`](Self::read_group) is going to say: the root where it cannot be noted.
        ///
        /// # Safety
        ///
        /// `start` is a live block of the [`block_layout`](Self::block_layout) of `size` bytes that nobody else uses
        /// meanwhile.
        unsafe fn write_group(self, start: *mut u8, size: usize, group: GroupId) -> GroupId;

        /// The same as [`write_group`](Self::write_group), where that takes a few instructions and calls nothing; `false` where it
        /// does not, and nothing is noted.
        ///
        /// # Safety
        ///
        /// As for that.
        unsafe fn try_write_group(self, start: *mut u8, size: usize, group: GroupId) -> bool;

        /// The same as [`read_group`](Self::read_group), where that takes a few instructions and calls nothing.
        ///
        /// # Safety
        ///
        /// As for that.
        unsafe fn try_read_group(self, start: *const u8, size: usize) -> Option<GroupId>;

        /// The group that the block at `start` belongs to.
        ///
        /// # Safety
        ///
        /// As for [`write_group`](Self::write_group), which was the last to note something for that block, with the same
        /// `size`.
        unsafe fn read_group(self, start: *const u8, size: usize) -> GroupId;
    }
}

/// From this many bytes on, a block stands in a table in any case: the page of most systems.
const PAGE: usize = 4096;
