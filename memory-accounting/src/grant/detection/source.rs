//! What limits the process, and what is not known about it.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// Whether the process is limited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LimitState {
    /// It may use so much memory.
    Limited {
        /// The limit in bytes.
        bytes: u64,
        /// What sets it.
        source: LimitSource,
    },
    /// Everything that could hold a limit was read, and none is set. Groups of cgroup v2 around a container are not seen from inside of
    /// it, so this is as far as the process can know.
    NotLimited,
    /// There may be a limit.
    Unknown {
        /// Why that is not known.
        reason: UnknownReason,
    },
}

/// What sets a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LimitSource {
    /// A control group.
    ControlGroup(GroupLimit),
    /// The physical memory, since the tightest limit of a control group is above it.
    PhysicalMemory {
        /// The limit that is above it.
        instead_of: GroupLimit,
    },
}

impl LimitSource {
    /// The tightest limit that a control group sets, be it above the physical memory or not.
    pub fn group_limit(&self) -> &GroupLimit {
        match self {
            Self::ControlGroup(limit) | Self::PhysicalMemory { instead_of: limit } => limit,
        }
    }
}

/// The limit that a control group sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupLimit {
    /// The limit in bytes, as the file says.
    pub bytes: u64,
    /// The file it was read from.
    #[serde(serialize_with = "lossy")]
    pub file: PathBuf,
    /// Which of the kernel's settings it is.
    pub setting: LimitSetting,
    /// Whose limit it is.
    pub group: LimitedGroup,
}

/// A setting of the kernel's memory controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum LimitSetting {
    /// `memory.max` of cgroup v2: beyond it the kernel kills.
    #[serde(rename = "memory.max")]
    MemoryMax,
    /// `memory.high` of cgroup v2: beyond it the kernel throttles the group, and does not kill.
    #[serde(rename = "memory.high")]
    MemoryHigh,
    /// `memory.limit_in_bytes` of cgroup v1: beyond it the kernel kills.
    #[serde(rename = "memory.limit_in_bytes")]
    LimitInBytes,
    /// `hierarchical_memory_limit` in `memory.stat` of cgroup v1: the tightest limit of the group and of all around it, also of
    /// those that cannot be seen.
    #[serde(rename = "hierarchical_memory_limit")]
    HierarchicalMemoryLimit,
}

impl LimitSetting {
    /// The name that the kernel gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MemoryMax => "memory.max",
            Self::MemoryHigh => "memory.high",
            Self::LimitInBytes => "memory.limit_in_bytes",
            Self::HierarchicalMemoryLimit => "hierarchical_memory_limit",
        }
    }

    /// The version of control groups that has it: 1 or 2.
    pub fn cgroup_version(self) -> u8 {
        match self {
            Self::MemoryMax | Self::MemoryHigh => 2,
            Self::LimitInBytes | Self::HierarchicalMemoryLimit => 1,
        }
    }
}

/// Which control group a limit belongs to, as seen from the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LimitedGroup {
    /// The process's own.
    Own {
        /// Its path in the hierarchy, as `/proc/self/cgroup` shows it.
        #[serde(serialize_with = "lossy")]
        path: PathBuf,
    },
    /// One that the process's own group is in. Other processes may share its limit.
    Ancestor {
        /// Its path in the hierarchy.
        #[serde(serialize_with = "lossy")]
        path: PathBuf,
    },
    /// One that the process's own group is in, but which is not mounted here: the host's around a container, for example.
    HiddenAncestor,
    /// The one that is mounted, as the process's own is not. It is most likely the container's.
    Mounted {
        /// Where.
        #[serde(serialize_with = "lossy")]
        at: PathBuf,
    },
}

/// Why it is not known whether the process is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnknownReason {
    /// Limits are looked for on Linux only.
    UnsupportedSystem,
    /// The process is in a control group, and none that limits memory is mounted.
    NotMounted,
    /// The process's own group is not mounted, such as that of a process outside of its cgroup namespace, and the one that is sets no limit.
    OwnNotMounted,
    /// No file that tells the limit could be read.
    Unread,
    /// Some files that tell the limit could not be read, and those that could set none.
    PartlyUnread,
}

/// A file that could not be read or understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnreadFile {
    /// Which.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// A path as text, also where it is none: such a group must not keep a report from being written.
fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}
