//! Where a group can be made.

use std::fs;
use std::path::{Path, PathBuf};

/// The two interfaces of the kernel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Version {
    One,
    Two,
}

/// A group that groups with limits can be made in.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    pub(super) version: Version,
}

impl Place {
    /// With version one, the group of this process. With version two the nearest around it that hands its memory on to groups
    /// inside: one that has processes of its own cannot.
    pub(super) fn find() -> Result<Self, String> {
        let groups = read("/proc/self/cgroup")?;
        let mounts = read("/proc/self/mountinfo")?;
        let of_version_one = groups.lines().find_map(|line| {
            let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
            controllers.split(',').any(|name| name == "memory").then_some(path)
        });
        if let Some(path) = of_version_one {
            let (_, directory) = locate(&mounts, "cgroup", path).ok_or("control groups are not mounted")?;
            return Ok(Self { directory, version: Version::One });
        }
        let path = groups.lines().find_map(|line| line.strip_prefix("0::"));
        let path = path.ok_or("this process is in no control group of memory")?;
        let (mount, own) = locate(&mounts, "cgroup2", path).ok_or("control groups are not mounted")?;
        let mut around = own.ancestors().take_while(|directory| directory.starts_with(&mount));
        let directory = around
            .find(|directory| hands_on_memory(directory))
            .ok_or_else(|| format!("no group around {} hands on its memory", own.display()))?;
        Ok(Self { directory: directory.to_owned(), version: Version::Two })
    }
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))
}

/// Where the hierarchy is mounted, and the directory of the group `path` in it.
fn locate(mounts: &str, file_system: &str, path: &str) -> Option<(PathBuf, PathBuf)> {
    mounts.lines().find_map(|line| {
        let (mount, source) = line.split_once(" - ")?;
        let mut source = source.split(' ');
        let hierarchy = source.next()? == file_system
            && (file_system == "cgroup2" || source.next_back()?.split(',').any(|option| option == "memory"));
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, PathBuf::from(mount.next()?));
        // Inside of a container the path may be that of the host, and only this group be mounted.
        let inside = Path::new(path).strip_prefix(root).unwrap_or(Path::new(""));
        let directory = point.join(inside);
        hierarchy.then_some((point, directory))
    })
}

fn hands_on_memory(directory: &Path) -> bool {
    let controllers = fs::read_to_string(directory.join("cgroup.subtree_control")).unwrap_or_default();
    controllers.split_whitespace().any(|name| name == "memory")
}
