//! Which control group holds the process's memory.

use std::path::PathBuf;

/// A control group with the memory controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemoryGroup {
    /// Where its files are.
    pub(crate) directory: PathBuf,
    /// How they are named, and what is in them.
    pub(crate) version: GroupVersion,
}

/// The two interfaces of control groups that Linux has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupVersion {
    /// One hierarchy for each controller; this is the one of `memory`.
    V1,
    /// One hierarchy for all.
    V2,
}
