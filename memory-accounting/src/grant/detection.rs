//! Which limit the process runs under, and how that is known.

mod source;
mod text;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub use self::source::{
    GroupLimit, LimitSetting, LimitSource, LimitState, LimitedGroup, UnknownReason, UnreadFile,
};
use super::cgroup::{self, Finding};
use super::files::{Contents, Files};
use super::{DetectError, GREATEST_LIMIT, MemoryGrant};
use crate::system::{MemoryGroup, mem_total};

const MEMINFO: &str = "/proc/meminfo";

/// The memory limit of the process, where it comes from, and what could not be read about it.
///
/// Its text is what a service prints when it starts; it serializes to the same facts.
///
/// ```
/// use memory_accounting::Detection;
///
/// let detection = Detection::detect();
/// println!("memory: {detection}");
/// // memory: limited to 512.0 MiB by memory.max of the process's own group /system.slice/app.service (cgroup v2,
/// // /sys/fs/cgroup/system.slice/app.service/memory.max)
/// if let Some(grant) = detection.grant() {
///     println!("{} bytes may be used", grant.effective_limit_bytes());
/// }
/// ```
///
/// # What is looked at
///
/// On Linux, the limits of the process's own control group and of every group around it that is mounted; the tightest counts.
///
/// - Of cgroup v2 `memory.max` and `memory.high`. Above the latter the kernel does not kill, but throttles the processes and reclaims
///   from them hard, so it is a limit to stay below ([cgroup-v2], "Memory Interface Files").
/// - Of cgroup v1 `memory.limit_in_bytes`, and `hierarchical_memory_limit` of `memory.stat`, which also tells the limits of groups that
///   are not mounted, such as the host's around a container ([memory], section 5.2). Groups around one whose `memory.use_hierarchy`
///   is 0 do not limit it (section 6).
/// - A limit above the physical memory limits nothing, so the physical memory takes its place.
///
/// What cannot be read is [listed](Self::unread) and hides nothing else. *Not limited* is told apart from *unknown*; see [`LimitState`].
///
/// What is not seen: groups of cgroup v2 around a container, limits of the address space (`ulimit -v`), and limits of other systems,
/// such as job objects of Windows.
///
/// [cgroup-v2]: https://docs.kernel.org/admin-guide/cgroup-v2.html
/// [memory]: https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detection {
    #[serde(flatten)]
    state: LimitState,
    physical_bytes: Option<u64>,
    unread: Vec<UnreadFile>,
    #[serde(skip)]
    limited_groups: Vec<(MemoryGroup, u64)>,
    /// The folder that stands for `/`.
    #[serde(skip)]
    root: PathBuf,
}

impl Detection {
    /// Looks for the limit of this process.
    ///
    /// The limit may change while the process runs; this tells what it is now.
    pub fn detect() -> Self {
        if cfg!(any(target_os = "linux", target_os = "android")) {
            return Self::within("/");
        }
        Self { physical_bytes: crate::system::physical_memory().ok().flatten(), ..Self::of_nothing() }
    }

    /// Nothing was looked at.
    pub(crate) fn of_nothing() -> Self {
        Self {
            state: LimitState::Unknown { reason: UnknownReason::UnsupportedSystem },
            physical_bytes: None,
            unread: Vec::new(),
            limited_groups: Vec::new(),
            root: PathBuf::from("/"),
        }
    }

    /// Looks for the limit in a folder that stands for `/`: its `proc/self/cgroup`, `proc/self/mountinfo`, `proc/meminfo`, and below the
    /// mount points that `mountinfo` names, such as `sys/fs/cgroup`.
    ///
    /// For tests, and for files copied from another machine. Paths in the result are those inside of the folder.
    pub fn within(root: impl AsRef<Path>) -> Self {
        let mut files = Files::below(root.as_ref());
        let Finding { limit, mut limited_groups } = cgroup::find(&mut files);
        let physical_bytes = physical_memory(&mut files);
        let state = match limit {
            Ok(Some(limit)) => limited(limit, physical_bytes),
            Ok(None) => LimitState::NotLimited,
            Err(reason) => LimitState::Unknown { reason },
        };
        // What is above that limits nothing.
        limited_groups.retain(|(_, bytes)| physical_bytes.is_none_or(|physical| *bytes <= physical));
        let (unread, root) = (files.into_unread(), root.as_ref().to_path_buf());
        Self { state, physical_bytes, unread, limited_groups, root }
    }

    /// Looks at the same files again.
    pub(crate) fn again(&self) -> Self {
        if self.root == Path::new("/") { Self::detect() } else { Self::within(&self.root) }
    }

    /// Whether the process is limited.
    pub fn state(&self) -> &LimitState {
        &self.state
    }

    /// The limit in bytes; `None` where there is none or it is unknown.
    pub fn limit_bytes(&self) -> Option<u64> {
        match self.state {
            LimitState::Limited { bytes, .. } => Some(bytes),
            LimitState::NotLimited | LimitState::Unknown { .. } => None,
        }
    }

    /// What sets the limit; `None` where there is none or it is unknown.
    pub fn source(&self) -> Option<&LimitSource> {
        match &self.state {
            LimitState::Limited { source, .. } => Some(source),
            LimitState::NotLimited | LimitState::Unknown { .. } => None,
        }
    }

    /// The files that could not be read or understood. Each may hold a tighter limit.
    pub fn unread(&self) -> &[UnreadFile] {
        &self.unread
    }

    /// The physical memory of the machine in bytes; `None` where it is unknown.
    pub fn physical_bytes(&self) -> Option<u64> {
        self.physical_bytes
    }

    /// The limit as a grant, less [`MemoryGrant::DEFAULT_SLOP_FACTOR`]; `None` where there is no limit or it is unknown.
    /// [`MemoryGrant::with_slop`] makes one with another slop factor of it.
    pub fn grant(&self) -> Option<MemoryGrant> {
        self.limit_bytes().and_then(granted)
    }

    /// The same, with an error where nothing is known; see [`MemoryGrant::detect`].
    ///
    /// # Errors
    ///
    /// [`DetectError`] where the limit is unknown because nothing that would tell it could be read.
    pub fn try_grant(&self) -> Result<Option<MemoryGrant>, DetectError> {
        let failed = match &self.state {
            LimitState::Unknown { reason: UnknownReason::NotMounted } => Some(DetectError::new(
                Path::new(cgroup::MOUNTS),
                "no control group that limits memory is mounted",
            )),
            LimitState::Unknown { reason: UnknownReason::Unread } => {
                self.unread.first().map(|file| DetectError::new(&file.path, file.reason.as_str()))
            }
            _ => None,
        };
        failed.map_or(Ok(self.grant()), Err)
    }

    /// Every group on the way up that has a limit, and that in bytes, the tightest first.
    pub(crate) fn limited_groups(&self) -> &[(MemoryGroup, u64)] {
        &self.limited_groups
    }
}

/// A grant of so many bytes with the default slop, or of the greatest number that can be granted: where `usize` has 32 bits, a limit
/// above 4 GiB does not limit one process.
pub(super) fn granted(bytes: u64) -> Option<MemoryGrant> {
    let bytes = usize::try_from(bytes).unwrap_or(GREATEST_LIMIT).min(GREATEST_LIMIT);
    MemoryGrant::with_slop_factor(bytes, MemoryGrant::DEFAULT_SLOP_FACTOR).ok()
}

fn limited(limit: GroupLimit, physical_bytes: Option<u64>) -> LimitState {
    match physical_bytes {
        Some(bytes) if bytes < limit.bytes => {
            LimitState::Limited { bytes, source: LimitSource::PhysicalMemory { instead_of: limit } }
        }
        _ => LimitState::Limited { bytes: limit.bytes, source: LimitSource::ControlGroup(limit) },
    }
}

fn physical_memory(files: &mut Files<'_>) -> Option<u64> {
    let path = Path::new(MEMINFO);
    let Contents::Read(text) = files.read(path) else {
        return None;
    };
    let total = mem_total(&text);
    if total.is_none() {
        files.note(path, "no `MemTotal` in kB");
    }
    total
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder of a test's own, with these files.
    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let root = std::env::temp_dir().join(format!("memory-accounting-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const V1: (&str, &str) = ("proc/self/mountinfo", "35 31 0:32 / /memory rw - cgroup cgroup rw,memory\n");
    const V2: (&str, &str) = ("proc/self/mountinfo", "30 23 0:26 / /unified rw - cgroup2 cgroup2 rw\n");

    /// The directories of limited groups, and their limits.
    fn limited_groups(name: &str, files: &[(&str, &str)]) -> Vec<(String, u64)> {
        let root = folder(name, files);
        let detection = Detection::within(&root);
        fs::remove_dir_all(&root).unwrap();
        let groups = detection.limited_groups().iter();
        let within = |group: &MemoryGroup| group.directory.strip_prefix(&root).unwrap().display().to_string();
        groups.map(|(group, bytes)| (within(group), *bytes)).collect()
    }

    #[test]
    fn every_limited_group_on_the_way_up_is_known() {
        let meminfo = ("proc/meminfo", "MemTotal: 1 kB\n");
        let membership = ("proc/self/cgroup", "0::/a/b/c\n");
        let (own, high) = (("unified/a/b/c/memory.max", "300\n"), ("unified/a/b/c/memory.high", "200\n"));
        let around = [("unified/a/b/memory.max", "100\n"), ("unified/a/memory.max", "2000\n")];
        let found = limited_groups("nested-v2", &[meminfo, membership, V2, own, high, around[0], around[1]]);
        assert_eq!(found, [("unified/a/b".to_owned(), 100), ("unified/a/b/c".to_owned(), 200)]);

        let membership = ("proc/self/cgroup", "4:memory:/a/b\n");
        let own = ("memory/a/b/memory.limit_in_bytes", "300\n");
        let around = ("memory/a/memory.limit_in_bytes", "200\n");
        let top = ("memory/memory.limit_in_bytes", "400\n");
        let told = |bytes| ("memory/a/b/memory.stat", bytes);
        let seen = told("hierarchical_memory_limit 200\n");
        let found = limited_groups("nested-v1", &[meminfo, membership, V1, own, around, top, seen]);
        let expected = [("memory/a", 200), ("memory/a/b", 300), ("memory", 400)];
        assert_eq!(found, expected.map(|(path, bytes)| (path.to_owned(), bytes)));
        let hidden = told("hierarchical_memory_limit 100\n");
        let found = limited_groups("hidden-v1", &[meminfo, membership, V1, own, around, hidden]);
        let expected = [("memory/a/b", 100), ("memory/a", 200)];
        assert_eq!(found, expected.map(|(path, bytes)| (path.to_owned(), bytes)));
    }

    #[test]
    fn a_grant_is_at_most_the_greatest() {
        assert_eq!(granted(u64::MAX).unwrap().initial_limit_bytes(), GREATEST_LIMIT);
        let five_gib = 5_u64 << 30;
        let expected = usize::try_from(five_gib).unwrap_or(usize::MAX);
        assert_eq!(
            granted(five_gib).unwrap().initial_limit_bytes(),
            expected,
            "all that 32 bits can address"
        );
        assert_eq!(granted(1000).unwrap().effective_limit_bytes(), 850);
    }
}
