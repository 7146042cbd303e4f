//! Finding the limit the process runs under.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::{GREATEST_LIMIT, MemoryGrant};
use crate::system::{PHYSICAL_MEMORY_SOURCE, physical_memory};

/// A limit seems to be set, but cannot be read.
#[derive(Debug, Error)]
#[error("cannot read the memory limit from {path}; pass the limit explicitly", path = path.display())]
#[non_exhaustive]
pub struct DetectError {
    /// The file that could not be read or understood.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub reason: Box<dyn std::error::Error + Send + Sync>,
}

impl MemoryGrant {
    /// The limit of this process's own control group, or of the tightest one around it: `memory.max` of
    /// cgroup v2, `memory.limit_in_bytes` of v1. `None` where none is set, or on systems other than Linux.
    ///
    /// ```
    /// use memory_accounting::MemoryGrant;
    ///
    /// if let Some(grant) = MemoryGrant::detect()? {
    ///     println!("limited to {} bytes", grant.effective_limit_bytes());
    /// }
    /// # Ok::<(), memory_accounting::DetectError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DetectError`] where the process is in a control group whose limit cannot be read or understood.
    pub fn detect() -> Result<Option<Self>, DetectError> {
        let limit = platform::cgroup_limit()?;
        Ok(limit.and_then(|bytes| usize::try_from(bytes).ok()).and_then(|bytes| Self::effective(bytes).ok()))
    }

    /// All the physical memory of the machine, or `None` where it is not known (on systems other than Unix and Windows).
    ///
    /// # Errors
    ///
    /// [`DetectError`] where the system does not tell; on Linux, where `/proc/meminfo` cannot be read or understood.
    pub fn physical() -> Result<Option<Self>, DetectError> {
        let failed =
            |error: io::Error| DetectError { path: PHYSICAL_MEMORY_SOURCE.into(), reason: error.into() };
        let total = physical_memory().map_err(failed)?;
        let total = total.map(|bytes| usize::try_from(bytes).unwrap_or(GREATEST_LIMIT).min(GREATEST_LIMIT));
        Ok(total.and_then(|bytes| Self::effective(bytes).ok()))
    }
}

#[cfg(target_os = "linux")]
mod platform {
    use std::fs::File;
    use std::path::Path;

    use procfs::process::MountInfos;
    use procfs::{FromRead, ProcessCGroups};

    use super::super::cgroup;
    use super::DetectError;

    pub(super) fn cgroup_limit() -> Result<Option<u64>, DetectError> {
        let Some(cgroups) = parse::<ProcessCGroups>("/proc/self/cgroup")? else {
            return Ok(None);
        };
        let Some(mounts) = parse::<MountInfos>("/proc/self/mountinfo")? else {
            return Ok(None);
        };
        cgroup::limit(&cgroups, &mounts, |path| std::fs::read_to_string(path))
    }

    /// Reads a file of the kernel; a kernel without that file has no control groups.
    fn parse<T: FromRead>(path: &str) -> Result<Option<T>, DetectError> {
        if !Path::new(path).exists() {
            return Ok(None);
        }
        let failed = |reason| DetectError { path: path.into(), reason };
        let file = File::open(path).map_err(|error| failed(error.into()))?;
        T::from_read(file).map(Some).map_err(|error| failed(error.into()))
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use super::DetectError;

    pub(super) fn cgroup_limit() -> Result<Option<u64>, DetectError> {
        Ok(None)
    }
}
