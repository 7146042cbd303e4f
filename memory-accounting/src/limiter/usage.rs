//! How much memory the process uses.

use crate::allocator::AllocationGroupRegistry;

/// The greater of the tracked live bytes and the resident size; `None` where neither can be read.
pub(super) fn process_bytes() -> Option<usize> {
    // Of two options the greater is the one that is there.
    tracked_bytes().max(resident_bytes())
}

/// The live bytes of all groups, off by at most a batch for each thread; `None` without a tracking allocator.
fn tracked_bytes() -> Option<usize> {
    AllocationGroupRegistry::allocator_installed().then(AllocationGroupRegistry::approximate_live_bytes)
}

/// The bytes of the process that are in physical memory; `None` where the system does not tell.
///
/// The kernel adds these up lazily, so the number may be off by some hundred KiB for each processor. Its exact one takes
/// a walk through the page tables, too slow for every sample.
#[cfg(target_os = "linux")]
pub(crate) fn resident_bytes() -> Option<usize> {
    use procfs::FromRead;
    use procfs::process::StatM;

    let pages = StatM::from_file("/proc/self/statm").ok()?.resident;
    usize::try_from(pages).ok()?.checked_mul(rustix::param::page_size())
}

/// The bytes of the process that are in physical memory; `None` where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn resident_bytes() -> Option<usize> {
    None
}
