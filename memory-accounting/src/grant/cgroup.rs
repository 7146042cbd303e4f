//! The memory limit of the control groups a process is in.

use std::io;
use std::path::{Path, PathBuf};

use procfs::process::{MountInfo, MountInfos};
use procfs::{ProcessCGroup, ProcessCGroups};

use super::{DetectError, GREATEST_LIMIT};

/// The tightest limit, in bytes, of the groups that `cgroups` names and of those around them, as far as
/// `mounts` shows them; `None` where none is set.
///
/// A limit holds for everything below it, so each directory from the process's own up to the mount point is read.
pub(super) fn limit(
    cgroups: &ProcessCGroups,
    mounts: &MountInfos,
    read: impl Fn(&Path) -> io::Result<String>,
) -> Result<Option<u64>, DetectError> {
    let mut tightest: Option<u64> = None;
    for cgroup in &cgroups.0 {
        for mount in &mounts.0 {
            let Some(file) = limit_file(cgroup, mount) else {
                continue;
            };
            for directory in directories(cgroup, mount) {
                let path = directory.join(file);
                if let Some(bytes) = read_limit(&path, &read)? {
                    tightest = Some(tightest.map_or(bytes, |tightest| tightest.min(bytes)));
                }
            }
        }
    }
    Ok(tightest)
}

/// The file that holds the limit, if `mount` is the hierarchy that `cgroup` is in and limits memory.
fn limit_file(cgroup: &ProcessCGroup, mount: &MountInfo) -> Option<&'static str> {
    let unified = cgroup.controllers.iter().all(String::is_empty);
    if unified {
        return (mount.fs_type == "cgroup2").then_some("memory.max");
    }
    let memory = cgroup.controllers.iter().any(|controller| controller == "memory")
        && mount.fs_type == "cgroup"
        && mount.super_options.contains_key("memory");
    memory.then_some("memory.limit_in_bytes")
}

/// The directories of the group and of those around it, innermost first.
///
/// In a container the mount often shows only the container's own group: then what the mount shows as its root is left out
/// of the path. A path outside of what is mounted (another namespace) leaves the mount point itself.
fn directories(cgroup: &ProcessCGroup, mount: &MountInfo) -> Vec<PathBuf> {
    let own = Path::new(&cgroup.pathname);
    let inside = own.strip_prefix(&mount.root).unwrap_or(Path::new(""));
    let outside = inside.components().any(|part| part == std::path::Component::ParentDir);
    let inside = if outside { Path::new("") } else { inside };
    let depth = inside.components().count();
    let innermost = mount.mount_point.join(inside);
    innermost.ancestors().take(depth.saturating_add(1)).map(Path::to_path_buf).collect()
}

/// `None` for a group without a limit or without that file (the root of v2, or no memory controller).
fn read_limit(path: &Path, read: impl Fn(&Path) -> io::Result<String>) -> Result<Option<u64>, DetectError> {
    let failed = |reason| DetectError { path: path.to_path_buf(), reason };
    let text = match read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error.into())),
    };
    match text.trim() {
        "max" => Ok(None),
        number => {
            let bytes: u64 =
                number.parse().map_err(|_| failed(format!("`{number}` is not a number of bytes").into()))?;
            // v1 writes "no limit" as the greatest signed number that is a multiple of the page size.
            Ok((bytes <= GREATEST_LIMIT as u64).then_some(bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use procfs::FromRead;

    use super::*;

    fn detect(cgroups: &str, mounts: &str, files: &[(&str, &str)]) -> Result<Option<u64>, DetectError> {
        let cgroups = ProcessCGroups::from_read(cgroups.as_bytes()).unwrap();
        let mounts = MountInfos::from_read(mounts.as_bytes()).unwrap();
        let files: HashMap<_, _> = files.iter().map(|&(path, text)| (Path::new(path), text)).collect();
        limit(&cgroups, &mounts, |path| {
            files.get(path).map(|text| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
        })
    }

    const V2: &str = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
    const V1: &str = "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n\
                      36 31 0:33 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";

    #[test]
    fn v2_takes_the_tightest_of_the_own_group_and_those_around_it() {
        let files = [
            ("/sys/fs/cgroup/system.slice/app.service/memory.max", "max\n"),
            ("/sys/fs/cgroup/system.slice/memory.max", "1048576\n"),
        ];
        assert_eq!(detect("0::/system.slice/app.service\n", V2, &files).unwrap(), Some(1_048_576));
    }

    #[test]
    fn v2_in_a_container_with_its_own_namespace_reads_the_mount_point() {
        assert_eq!(
            detect("0::/\n", V2, &[("/sys/fs/cgroup/memory.max", "67108864\n")]).unwrap(),
            Some(67_108_864)
        );
    }

    #[test]
    fn v1_reads_the_memory_hierarchy_only() {
        let files = [
            ("/sys/fs/cgroup/memory/docker/ab/memory.limit_in_bytes", "33554432\n"),
            ("/sys/fs/cgroup/cpu/docker/ab/memory.limit_in_bytes", "1\n"),
        ];
        assert_eq!(detect("4:memory:/docker/ab\n3:cpu:/docker/ab\n", V1, &files).unwrap(), Some(33_554_432));
    }

    #[test]
    fn v1_in_a_container_leaves_out_what_the_mount_shows_as_its_root() {
        let mount = V1.replace("0:32 /", "0:32 /docker/ab");
        let files = [("/sys/fs/cgroup/memory/memory.limit_in_bytes", "33554432\n")];
        assert_eq!(detect("4:memory:/docker/ab\n", &mount, &files).unwrap(), Some(33_554_432));
    }

    #[test]
    fn the_greatest_page_multiple_of_v1_is_no_limit() {
        let files = [("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")];
        assert_eq!(detect("4:memory:/\n", V1, &files).unwrap(), None);
    }

    #[test]
    fn a_hybrid_system_uses_whichever_hierarchy_limits_memory() {
        let mounts = format!("{V1}38 31 0:39 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        let files = [("/sys/fs/cgroup/memory/app/memory.limit_in_bytes", "4096\n")];
        assert_eq!(detect("4:memory:/app\n0::/app\n", &mounts, &files).unwrap(), Some(4096));
    }

    #[test]
    fn a_path_outside_the_namespace_reads_the_mount_point() {
        let files = [("/sys/fs/cgroup/memory.max", "8192\n")];
        assert_eq!(detect("0::/../other\n", V2, &files).unwrap(), Some(8192));
    }

    #[test]
    fn a_limit_that_cannot_be_read_names_the_file() {
        let cgroups = ProcessCGroups::from_read(&b"0::/\n"[..]).unwrap();
        let mounts = MountInfos::from_read(V2.as_bytes()).unwrap();
        let error = limit(&cgroups, &mounts, |_| Err(io::ErrorKind::PermissionDenied.into())).unwrap_err();
        assert_eq!(error.path, Path::new("/sys/fs/cgroup/memory.max"));
    }

    #[test]
    fn a_limit_that_is_no_number_names_the_file() {
        let error = detect("0::/\n", V2, &[("/sys/fs/cgroup/memory.max", "lots\n")]).unwrap_err();
        assert_eq!(error.path, Path::new("/sys/fs/cgroup/memory.max"));
    }
}
