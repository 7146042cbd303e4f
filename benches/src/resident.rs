//! How much memory this process has resident.

use std::fs;

/// Bytes resident. `None` where the system does not tell.
///
/// From the kernel's walk over all pages; the number in `/proc/self/statm` lags behind by some dozens of them.
pub(crate) fn resident_bytes() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:"))?;
    let kibibytes: u32 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(f64::from(kibibytes) * 1024.0)
}
