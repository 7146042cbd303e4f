//! How much memory the machine has.

use std::io;

/// The bytes of physical memory, by `MemTotal` of `/proc/meminfo`.
///
/// # Errors
///
/// Where that cannot be read or understood.
#[cfg(target_os = "linux")]
pub(crate) fn physical_memory() -> io::Result<Option<u64>> {
    use procfs::{Current, Meminfo};

    Meminfo::current().map(|memory| Some(memory.mem_total)).map_err(io::Error::other)
}

/// `None`: it is not asked for here.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as elsewhere")]
pub(crate) fn physical_memory() -> io::Result<Option<u64>> {
    Ok(None)
}
