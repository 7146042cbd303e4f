//! How much of the process is in physical memory.

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
