//! Which directories show the group of the process and those around it.

use std::path::{Component, Path, PathBuf};

use super::mounts::Mount;
use crate::grant::detection::LimitedGroup;
use crate::grant::files::Files;

/// A directory of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    pub(super) group: LimitedGroup,
}

/// For each mount the directories of the groups that the process is in, innermost first.
///
/// Only mounts that show the process's own group count: another one, such as that of a container mounted into an agent, limits other
/// processes. Where none shows it (another cgroup namespace, or a process that was moved), what is mounted is the best guess.
pub(super) fn chains(own: &Path, mounts: &[Mount], files: &Files<'_>) -> Vec<Vec<Place>> {
    let seen: Vec<_> = mounts.iter().filter(|mount| !files.is_missing(&mount.point)).collect();
    let chains: Vec<_> =
        seen.iter().filter_map(|mount| Some(chain(own, &mount.point, below(own, mount)?, files))).collect();
    if !chains.is_empty() {
        return chains;
    }
    seen.iter().map(|mount| vec![mounted(&mount.point)]).collect()
}

/// The path of the group below the mount point; `None` where the mount does not show it.
fn below<'a>(own: &'a Path, mount: &Mount) -> Option<&'a Path> {
    let below = own.strip_prefix(&mount.root).ok()?;
    let leaves = below.components().any(|part| part == Component::ParentDir);
    (!leaves).then_some(below)
}

/// The group and those around it, up to the mount point.
///
/// The path may be the host's while the mount shows the container's own groups: of `/docker/ID/sub` only `sub` is there. So names are
/// left out at the front until what is left exists.
fn chain(own: &Path, point: &Path, below: &Path, files: &Files<'_>) -> Vec<Place> {
    let mut below = below.components();
    while below.clone().next().is_some() && files.is_missing(&point.join(below.as_path())) {
        below.next();
    }
    let innermost = point.join(below.as_path());
    let directories = innermost.ancestors().take(below.count().saturating_add(1));
    let groups = own.ancestors().map(Path::to_path_buf).enumerate().map(|(above, path)| match above {
        0 => LimitedGroup::Own { path },
        _ => LimitedGroup::Ancestor { path },
    });
    let place = |(directory, group): (&Path, _)| Place { directory: directory.to_path_buf(), group };
    directories.zip(groups).map(place).collect()
}

fn mounted(point: &Path) -> Place {
    Place { directory: point.to_path_buf(), group: LimitedGroup::Mounted { at: point.to_path_buf() } }
}
