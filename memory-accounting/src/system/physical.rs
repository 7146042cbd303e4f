//! How much memory the machine has.

use std::io;

/// The bytes of physical memory; `None` on systems that are not asked.
///
/// # Errors
///
/// Where the system does not tell.
pub(crate) fn physical_memory() -> io::Result<Option<u64>> {
    system::physical_memory()
}

/// What [`physical_memory`] asks.
pub(crate) const PHYSICAL_MEMORY_SOURCE: &str = system::SOURCE;

/// `MemTotal` of a `/proc/meminfo`, in bytes. The file says kB and means KiB (proc(5)).
pub(crate) fn mem_total(meminfo: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(meminfo);
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = total.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024).filter(|bytes| *bytes > 0)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod system {
    use std::io;

    pub(super) const SOURCE: &str = "/proc/meminfo";

    pub(super) fn physical_memory() -> io::Result<Option<u64>> {
        let meminfo = std::fs::read(SOURCE)?;
        super::mem_total(&meminfo).map(Some).ok_or_else(|| io::Error::other("no `MemTotal` in kB"))
    }
}

/// macOS computes this from `hw.memsize`, FreeBSD from `hw.physmem` (sysconf(3)).
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
mod system {
    use std::io;

    pub(super) const SOURCE: &str = "sysconf(_SC_PHYS_PAGES)";

    pub(super) fn physical_memory() -> io::Result<Option<u64>> {
        let pages = configured(libc::_SC_PHYS_PAGES)?;
        let page_bytes = configured(libc::_SC_PAGESIZE)?;
        Ok(Some(pages.saturating_mul(page_bytes)))
    }

    fn configured(name: libc::c_int) -> io::Result<u64> {
        // SAFETY: only reads a number of the system's.
        let value = unsafe { libc::sysconf(name) };
        u64::try_from(value).map_err(|_| io::Error::last_os_error())
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    use windows_sys::Win32::System::SystemInformation::{GlobalMemoryStatusEx, MEMORYSTATUSEX};

    pub(super) const SOURCE: &str = "GlobalMemoryStatusEx";

    pub(super) fn physical_memory() -> io::Result<Option<u64>> {
        let mut status = MEMORYSTATUSEX::default();
        status.dwLength = u32::try_from(size_of::<MEMORYSTATUSEX>()).unwrap_or(u32::MAX);
        // SAFETY: a place of ours that says how large it is.
        if unsafe { GlobalMemoryStatusEx(&raw mut status) } == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(Some(status.ullTotalPhys))
    }
}

#[cfg(not(any(unix, windows)))]
mod system {
    use std::io;

    pub(super) const SOURCE: &str = "";

    #[expect(clippy::unnecessary_wraps, reason = "as elsewhere")]
    pub(super) fn physical_memory() -> io::Result<Option<u64>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::mem_total;

    #[test]
    fn the_total_is_in_kibibytes() {
        let meminfo = b"MemTotal:       24684092 kB\nMemFree:        21000000 kB\n";
        assert_eq!(mem_total(meminfo), Some(24_684_092 * 1024));
    }

    #[test]
    fn what_is_no_total_is_none() {
        for meminfo in ["", "MemFree: 1 kB\n", "MemTotal: 1 MB\n", "MemTotal: x kB\n", "MemTotal: 0 kB\n"] {
            assert_eq!(mem_total(meminfo.as_bytes()), None, "{meminfo}");
        }
        assert_eq!(mem_total(format!("MemTotal: {} kB\n", u64::MAX).as_bytes()), None, "more than fits");
    }

    proptest! {
        #[test]
        fn nothing_panics(meminfo in proptest::collection::vec(any::<u8>(), 0..64)) {
            mem_total(&meminfo);
        }
    }
}
