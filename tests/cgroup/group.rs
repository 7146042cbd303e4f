//! A memory control group for one test.

mod place;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use self::place::{Place, Version};

/// Asks for tests in real groups, and says how often each load is to be survived.
pub(crate) const VARIABLE: &str = "MEMORY_ACCOUNTING_CGROUP_TESTS";

/// What the names of all these groups begin with; the process that made the group follows.
const PREFIX: &str = "memory-accounting-test-";

/// How long a group may take to become empty after its processes were killed.
const EMPTYING: Duration = Duration::from_secs(5);

/// Tells the groups of this process apart.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// A group below that of this process, with a limit and without swap. Dropping it ends what runs inside and removes it.
#[derive(Debug)]
pub(crate) struct MemoryGroup {
    directory: PathBuf,
    version: Version,
}

/// Whether tests in real groups were asked for.
///
/// # Errors
///
/// Says how to ask.
pub(crate) fn asked() -> Result<(), String> {
    env::var_os(VARIABLE).map(drop).ok_or_else(|| format!("it needs root and time; {VARIABLE}=1 runs it"))
}

impl MemoryGroup {
    /// A group whose processes may use `limit_bytes` together.
    ///
    /// # Errors
    ///
    /// Says why this machine lets no such group be made.
    pub(crate) fn new(limit_bytes: usize) -> Result<Self, String> {
        let place = Place::find()?;
        remove_abandoned(&place.directory);
        Self::at(place, limit_bytes)
    }

    /// A group inside of this one, to be dropped first.
    ///
    /// # Errors
    ///
    /// Says why there is none.
    #[allow(dead_code, reason = "for who looks at a limit of several groups")]
    pub(crate) fn inside(&self, limit_bytes: usize) -> Result<Self, String> {
        Self::at(Place { directory: self.directory.clone(), version: self.version }, limit_bytes)
    }

    fn at(Place { directory, version }: Place, limit_bytes: usize) -> Result<Self, String> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let directory = directory.join(format!("{PREFIX}{}-{number}", process::id()));
        fs::create_dir(&directory)
            .map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
        let group = Self { directory, version };
        group
            .set_limit(limit_bytes)
            .map_err(|error| format!("cannot limit {}: {error}", group.directory.display()))?;
        Ok(group)
    }

    /// Changes how much memory the group may use. The first version refuses a limit below what cannot be reclaimed.
    pub(crate) fn set_limit(&self, bytes: usize) -> io::Result<()> {
        let (swap, swap_bytes) = match self.version {
            // Memory and swap together: as much as memory alone, so none of it can be swap.
            Version::One => ("memory.memsw.limit_in_bytes", bytes),
            Version::Two => ("memory.swap.max", 0),
        };
        fs::write(self.limit_file(), bytes.to_string())?;
        // A kernel that does not account for swap has no such file.
        match fs::write(self.directory.join(swap), swap_bytes.to_string()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The file that holds the limit.
    pub(crate) fn limit_file(&self) -> PathBuf {
        self.directory.join(match self.version {
            Version::One => "memory.limit_in_bytes",
            Version::Two => "memory.max",
        })
    }

    /// A command that runs `program` inside the group from its first instruction on.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("sh");
        let enter = r#"echo $$ >"$0" && exec "$@""#;
        command.args(["-c", enter]).arg(self.directory.join("cgroup.procs")).arg(program);
        command
    }

    /// How many processes of the group the kernel has killed for want of memory.
    pub(crate) fn oom_kills(&self) -> u64 {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(self.directory.join(file)).unwrap();
        let kills = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
        kills.expect("the kernel counts them since Linux 4.13").parse().unwrap()
    }

    /// The most memory that the group has used; `None` where the kernel does not keep it (version two before Linux 5.19).
    pub(crate) fn peak_bytes(&self) -> Option<usize> {
        let file = match self.version {
            Version::One => "memory.max_usage_in_bytes",
            Version::Two => "memory.peak",
        };
        fs::read_to_string(self.directory.join(file)).ok()?.trim().parse().ok()
    }

    /// The numbers of the processes in the group.
    fn processes(&self) -> Vec<String> {
        let text = fs::read_to_string(self.directory.join("cgroup.procs")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        let deadline = Instant::now() + EMPTYING;
        // A killed process is in its group until the kernel has taken its memory away.
        while fs::remove_dir(&self.directory).is_err() {
            if Instant::now() > deadline {
                eprintln!("{} could not be removed", self.directory.display());
                return;
            }
            let processes = self.processes();
            if !processes.is_empty() {
                let _ = Command::new("kill").arg("-9").args(processes).status();
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Removes what runs of this program left behind that were killed themselves.
fn remove_abandoned(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
        if maker.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // One that still has processes stays.
            let _ = fs::remove_dir(entry.path());
        }
    }
}
