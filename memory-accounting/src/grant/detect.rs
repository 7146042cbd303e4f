//! Grants of what there is.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::MemoryGrant;
use super::detection::{Detection, granted};
use crate::system::{PHYSICAL_MEMORY_SOURCE, physical_memory};

/// How much memory there is cannot be found out.
#[derive(Debug, Error)]
#[error("cannot read the memory limit from {path}; pass the limit explicitly", path = path.display())]
#[non_exhaustive]
pub struct DetectError {
    /// The file that could not be read or understood; off Linux, what the system was asked with.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub reason: Box<dyn std::error::Error + Send + Sync>,
}

impl DetectError {
    pub(super) fn new(path: &Path, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { path: path.to_path_buf(), reason: reason.into() }
    }
}

impl MemoryGrant {
    /// The part of a limit that is set aside where nobody says otherwise: 15 %.
    ///
    /// Something has to be: with a grant of the whole limit, the first byte that no component declares (a stack, program code, a block
    /// that the allocator rounds up) is the one the kernel kills for.
    pub const DEFAULT_SLOP_FACTOR: f64 = 0.15;

    /// The limit of this process's control groups, less [`DEFAULT_SLOP_FACTOR`](Self::DEFAULT_SLOP_FACTOR). `None` where no limit was
    /// found. It is short for [`Detection::try_grant`]; a [`Detection`] also says where the limit comes from, whether there is none or it
    /// is unknown, and what could not be read.
    ///
    /// ```
    /// use memory_accounting::MemoryGrant;
    ///
    /// if let Some(grant) = MemoryGrant::detect()? {
    ///     println!("{} of {} bytes", grant.effective_limit_bytes(), grant.initial_limit_bytes());
    ///     let tighter = grant.with_slop(0.25)?; // of the same limit
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`DetectError`] where the process is in a control group of which nothing can be read.
    pub fn detect() -> Result<Option<Self>, DetectError> {
        Detection::detect().try_grant()
    }

    /// All the physical memory of the machine, less [`DEFAULT_SLOP_FACTOR`](Self::DEFAULT_SLOP_FACTOR), for where no limit is set. `None`
    /// on systems that are not asked: others than Unix and Windows.
    ///
    /// # Errors
    ///
    /// [`DetectError`] where the system does not tell; on Linux, where `/proc/meminfo` cannot be read or understood.
    pub fn physical() -> Result<Option<Self>, DetectError> {
        let failed = |error| DetectError::new(Path::new(PHYSICAL_MEMORY_SOURCE), error);
        let total = physical_memory().map_err(failed)?;
        Ok(total.and_then(granted))
    }
}
