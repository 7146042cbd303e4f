//! The memory limit of the control groups a process is in.

mod limits;
mod membership;
mod mounts;
mod places;

use std::path::{Path, PathBuf};

use self::limits::Limits;
use self::membership::Membership;
use self::places::Place;
use super::detection::{GroupLimit, LimitedGroup, UnknownReason};
use super::files::{Contents, Files};
use crate::system::MemoryGroup;

pub(super) const MEMBERSHIP: &str = "/proc/self/cgroup";
pub(super) const MOUNTS: &str = "/proc/self/mountinfo";

/// What the control groups say.
pub(super) struct Finding {
    /// The tightest limit; `None` where none is set.
    pub(super) limit: Result<Option<GroupLimit>, UnknownReason>,
    /// Every group with a limit, and that in bytes, the tightest first. Any of them may be the first to be full.
    pub(super) limited_groups: Vec<(MemoryGroup, u64)>,
}

impl Finding {
    /// Where nothing is seen of any group.
    fn without_groups(limit: Result<Option<GroupLimit>, UnknownReason>) -> Self {
        Self { limit, limited_groups: Vec::new() }
    }
}

/// Reads which groups the process is in, where they are mounted, and how they are limited.
///
/// A limit holds for everything below it, so every group from the process's own up to the mount point is looked at. What cannot be
/// read hides nothing else.
pub(super) fn find(files: &mut Files<'_>) -> Finding {
    match memberships(files) {
        Ok(Some((own, mountinfo))) => limit_of(&own, &mountinfo, files),
        Ok(None) => Finding::without_groups(Ok(None)),
        Err(reason) => Finding::without_groups(Err(reason)),
    }
}

/// The group that limits memory, and the text of the mounts; `None` where no group can.
fn memberships(files: &mut Files<'_>) -> Result<Option<(Membership, Vec<u8>)>, UnknownReason> {
    let (membership_file, mounts_file) = (Path::new(MEMBERSHIP), Path::new(MOUNTS));
    let (groups, mounts) = match (files.read(membership_file), files.read(mounts_file)) {
        (Contents::Read(groups), Contents::Read(mounts)) => (groups, mounts),
        // A kernel without control groups has the one file and not the other.
        (Contents::Missing, Contents::Read(_)) => return Ok(None),
        (groups, mounts) => {
            for (path, contents) in [(membership_file, groups), (mounts_file, mounts)] {
                if contents == Contents::Missing {
                    files.note(path, "there is no such file");
                }
            }
            return Err(UnknownReason::Unread);
        }
    };
    let Ok(own) = membership::parse(&groups) else {
        files.note(membership_file, "a line is not ID:CONTROLLERS:PATH");
        return Err(UnknownReason::Unread);
    };
    Ok(own.map(|own| (own, mounts)))
}

fn limit_of(own: &Membership, mountinfo: &[u8], files: &mut Files<'_>) -> Finding {
    let chains = places::chains(&own.path, &mounts::parse(mountinfo, own.version), files);
    if chains.is_empty() {
        return Finding::without_groups(Err(UnknownReason::NotMounted));
    }
    let is_own = |place: &Place| !matches!(place.group, LimitedGroup::Mounted { .. });
    let shows_own = chains.iter().flatten().any(is_own);
    let mut limits = Limits::default();
    for chain in &chains {
        limits.read(own.version, chain, files);
    }
    let tightest = limits.tightest();
    let group = |directory: &Path| MemoryGroup { directory: files.actual(directory), version: own.version };
    let limited_groups =
        limits.by_group().filter_map(|limit| Some((group(limit.file.parent()?), limit.bytes)));
    let limited_groups = limited_groups.collect();
    let limit = match tightest {
        Some(limit) => Ok(Some(limit.clone())),
        None if !limits.have_gaps() && shows_own => Ok(None),
        None if !limits.have_gaps() => Err(UnknownReason::OwnNotMounted),
        None if limits.are_known() => Err(UnknownReason::PartlyUnread),
        None => Err(UnknownReason::Unread),
    };
    Finding { limit, limited_groups }
}

/// A name as the kernel writes it, which need not be UTF-8.
fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}
