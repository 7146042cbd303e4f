//! The readings, where there is real memory to read.
//!
//! Most tests make a memory group of their own, have other programs fill it in one way, and read from outside what is left when the kernel
//! has taken back all it can. What a group is charged with stays until the group is gone, also when the program has ended. Making groups
//! takes root and a writable hierarchy of v1; without them a test says so and passes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::ptr::{self, NonNull};
use std::{env, process};

use super::group_usage::{GroupMemory, GroupUsageReader};
use super::memory_group::{GroupVersion, MemoryGroup};
use super::pressure_stall::{MemoryStall, PressureReader, PressureSignals, StallScope};
use super::process_memory::ProcessMemoryReader;

/// Asks for tests in real control groups.
const ASKED: &str = "MEMORY_ACCOUNTING_CGROUP_TESTS";

const MIB: u64 = 1 << 20;

/// What programs that come and go leave behind, and what each processor is charged in advance.
const NOISE: u64 = 6 * MIB;

/// A group of v1 below that of this process, until dropped.
struct Group(MemoryGroup);

impl Group {
    /// `None`, with a word on why, where that is not asked for, or none can be made.
    fn create(name: &str) -> Option<Self> {
        if std::env::var_os(ASKED).is_none() {
            eprintln!("SKIPPED: it needs root and a memory group of v1; {ASKED}=1 runs it");
            return None;
        }
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let own = groups.lines().find_map(|line| line.split_once(":memory:/")).map_or("", |(_, path)| path);
        let directory =
            Path::new("/sys/fs/cgroup/memory").join(own).join(format!("{name}-{}", process::id()));
        match fs::create_dir(&directory) {
            Ok(()) => Some(Self(MemoryGroup { directory, version: GroupVersion::V1 })),
            Err(error) => {
                eprintln!("SKIPPED: no memory group at {}: {error}", directory.display());
                None
            }
        }
    }

    /// Has the shell run `script` in the group.
    fn command(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command.env("PROCESSES", self.0.directory.join("cgroup.procs"));
        command.arg("-c").arg(format!("echo $$ > \"$PROCESSES\" && {script}"));
        command
    }

    fn run(&self, script: &str) {
        assert!(self.command(script).status().expect("a shell").success(), "{script}");
    }

    fn read(&self) -> GroupMemory {
        GroupUsageReader::open(&self.0).and_then(|mut reader| reader.read()).expect("read")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.0.directory) {
            eprintln!("{} stays: {error}", self.0.directory.display());
        }
    }
}

/// A name for a file, which is removed when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    /// Beside the program that runs: its folder is on a disk, where that of temporary files may be memory.
    fn on_disk(name: &str) -> Self {
        let program = env::current_exe().expect("this program");
        Self(program.with_file_name(format!("{name}-{}", process::id())))
    }

    fn in_memory(name: &str) -> Self {
        Self(format!("/dev/shm/{name}-{}", process::id()).into())
    }

    fn filled(self, bytes: u64) -> Self {
        File::create(&self.0)
            .and_then(|file| io::copy(&mut io::Read::take(io::repeat(1), bytes), &mut &file))
            .expect("written");
        self
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // An error where the test failed before there was one.
        let _ = fs::remove_file(&self.0);
    }
}

/// All of a file, mapped and present.
struct Mapping {
    start: NonNull<libc::c_void>,
    bytes: usize,
}

impl Mapping {
    fn of(path: &Path) -> Self {
        let file = File::open(path).expect("opened");
        let bytes = usize::try_from(file.metadata().expect("known").len()).expect("maps");
        let flags = libc::MAP_SHARED | libc::MAP_POPULATE;
        // SAFETY: asks for a new place, which nobody reads or writes.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), bytes, libc::PROT_READ, flags, file.as_raw_fd(), 0) };
        assert_ne!(start, libc::MAP_FAILED, "{}", io::Error::last_os_error());
        Self { start: NonNull::new(start).expect("mapped"), bytes }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: as mapped, and nobody has a reference into it.
        unsafe { libc::munmap(self.start.as_ptr(), self.bytes) };
    }
}

#[test]
fn page_cache_and_a_mapped_file_are_no_use_of_memory() {
    let Some(group) = Group::create("page-cache") else { return };
    let before = group.read();
    let file = Scratch::on_disk("page-cache");
    group.run(&format!("head -c {} /dev/zero > '{}'", 100 * MIB, file.0.display()));
    let written = group.read();
    assert!(written.usage_bytes >= before.usage_bytes + 100 * MIB - NOISE, "the control: {written:?}");
    assert!(written.unreclaimable_bytes() <= before.unreclaimable_bytes() + NOISE, "{before:?} {written:?}");
    let _mapping = Mapping::of(&file.0);
    let mapped = group.read();
    assert!(mapped.unreclaimable_bytes() <= before.unreclaimable_bytes() + NOISE, "{before:?} {mapped:?}");
}

#[test]
fn a_file_in_dev_shm_is() {
    let Some(group) = Group::create("shared-memory") else { return };
    let before = group.read().unreclaimable_bytes();
    let file = Scratch::in_memory("shared-memory");
    group.run(&format!("head -c {} /dev/zero > '{}'", 50 * MIB, file.0.display()));
    let after = group.read().unreclaimable_bytes();
    assert!((before + 50 * MIB - NOISE..=before + 50 * MIB + NOISE).contains(&after), "{before} {after}");
}

/// A program of the group that holds `bytes` in a buffer, and waits for more to come.
fn hold(group: &Group, bytes: u64) -> Child {
    let script = format!("exec dd bs={bytes} iflag=fullblock of=/dev/null");
    let mut child =
        group.command(&script).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
    let input = child.stdin.as_mut().expect("piped");
    // An error where it ended early: the caller sees that.
    let _ = io::copy(&mut io::Read::take(io::repeat(1), bytes), input).and_then(|_| input.flush());
    child
}

#[test]
fn what_another_process_of_the_group_holds_is_until_it_ends() {
    let Some(group) = Group::create("another-process") else { return };
    let before = group.read().unreclaimable_bytes();
    let mut child = hold(&group, 50 * MIB);
    let held = group.read().unreclaimable_bytes();
    child.kill().expect("ended");
    child.wait().expect("gone");
    let after = group.read().unreclaimable_bytes();
    assert!((before + 50 * MIB - NOISE..=before + 50 * MIB + NOISE).contains(&held), "{before} {held}");
    assert!(after <= before + NOISE, "{before} {after}");
}

#[test]
fn reaching_the_limit_is_an_event_and_so_is_a_kill() {
    let Some(group) = Group::create("limit") else { return };
    fs::write(group.0.directory.join("memory.limit_in_bytes"), (16 * MIB).to_string()).expect("limited");
    let mut reader = PressureReader::open(Some(&group.0));
    let signals = reader.read();
    assert_eq!((signals.max_events, signals.oom_kills), (Some(0), Some(0)));

    // The kernel takes back the first pages of the file to make room for the last.
    let file = Scratch::on_disk("limit");
    group.run(&format!("head -c {} /dev/zero > '{}'", 32 * MIB, file.0.display()));
    let signals = reader.read();
    let failures = fs::read_to_string(group.0.directory.join("memory.failcnt")).expect("read");
    assert_ne!(failures.trim(), "0");
    assert_eq!((signals.max_events, signals.oom_kills), (failures.trim().parse().ok(), Some(0)));

    hold(&group, 50 * MIB).wait().expect("gone");
    assert_eq!(reader.read().oom_kills, Some(1));
}

#[test]
fn the_stall_of_the_machine_stands_in_for_that_of_a_group_of_v1() {
    let group = MemoryGroup { directory: "/no/such/group".into(), version: GroupVersion::V1 };
    let signals = PressureReader::open(Some(&group)).read();
    assert_eq!((signals.max_events, signals.oom_kills), (None, None));
    let Some(stall) = signals.stall else { return eprintln!("SKIPPED: no pressure stall information") };
    assert_eq!((stall.scope, (0.0..=1.0).contains(&stall.lately)), (StallScope::Machine, true));
}

/// The kernel of this machine may have only one of the two; names and forms are those of its documentation,
/// `Documentation/admin-guide/cgroup-v2.rst`.
#[test]
fn a_group_of_v2_is_read_by_its_own_files() {
    let program = env::current_exe().expect("this program");
    let directory = program.with_file_name(format!("v2-{}", process::id()));
    fs::create_dir(&directory).expect("created");
    let files = [
        ("memory.current", "9000\n"),
        (
            "memory.stat",
            "anon 5\nfile 4000\nshmem 1000\ninactive_file 2500\nactive_file 500\nslab_reclaimable 7\n",
        ),
        ("memory.events", "low 0\nhigh 4\nmax 3\noom 2\noom_kill 1\noom_group_kill 0\n"),
        ("memory.pressure", "some avg10=50.00 avg60=0.00 avg300=0.00 total=12\n"),
    ];
    for (name, text) in files {
        fs::write(directory.join(name), text).expect("written");
    }
    let group = MemoryGroup { directory: directory.clone(), version: GroupVersion::V2 };
    let memory = GroupUsageReader::open(&group).and_then(|mut reader| reader.read());
    let signals = PressureReader::open(Some(&group)).read();
    fs::remove_dir_all(directory).expect("removed");

    assert_eq!(memory.expect("read"), GroupMemory { usage_bytes: 9000, file_bytes: 3007 });
    let stall = MemoryStall { scope: StallScope::Group, lately: 0.5, total_microseconds: 12 };
    let expected = PressureSignals {
        stall: Some(stall),
        high_events: Some(4),
        max_events: Some(3),
        oom_events: Some(2),
        oom_kills: Some(1),
    };
    assert_eq!(signals, expected);
}

/// Whether this process was started to run this one test. If not it starts such a process: what other tests allocate and free meanwhile
/// would be read as well.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "MEMORY_ACCOUNTING_TEST_ALONE";
    if env::var(ALONE).is_ok_and(|name| name == test) {
        return true;
    }
    let program = env::current_exe().expect("this program");
    let path = format!("{}::{test}", module_path!().split_once("::").expect("in the crate").1);
    let run = Command::new(program).args(["--exact", &path]).env(ALONE, test).output().expect("started");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    false
}

#[test]
fn mapped_shared_memory_is_the_process_s_and_a_mapped_file_is_not() {
    if !is_alone("mapped_shared_memory_is_the_process_s_and_a_mapped_file_is_not") {
        return;
    }
    let mut reader = ProcessMemoryReader::open().expect("opened");
    let mut read = || reader.read().expect("read");
    let file = Scratch::on_disk("mapped").filled(8 * MIB);
    let shared = Scratch::in_memory("mapped").filled(8 * MIB);
    let before = read();
    let _of_file = Mapping::of(&file.0);
    let with_file = read();
    let _of_shared = Mapping::of(&shared.0);
    let with_both = read();
    assert!(with_file <= before + 2 * MIB, "{before} {with_file}");
    assert!((with_file + 6 * MIB..=with_file + 10 * MIB).contains(&with_both), "{with_file} {with_both}");
}

#[cfg(target_env = "gnu")]
#[test]
fn a_purge_gives_back_what_another_thread_freed_between_blocks_in_use() {
    use std::sync::Barrier;
    use std::thread;

    use super::purge::purge;

    const BLOCKS: usize = 1 << 14;
    if !is_alone("a_purge_gives_back_what_another_thread_freed_between_blocks_in_use") {
        return;
    }
    let mut reader = ProcessMemoryReader::open().expect("opened");
    let (freed, purged) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut blocks: Vec<_> = (0..BLOCKS).map(|_| Box::new([1_u8; 1000])).collect();
            let last = blocks.pop();
            drop(blocks);
            freed.wait();
            purged.wait();
            drop(last);
        });
        freed.wait();
        let (before, gave, after) = (reader.read(), purge(), reader.read());
        purged.wait();
        let (before, after) = (before.expect("read"), after.expect("read"));
        assert!(gave && after + 14 * MIB <= before, "{before} {after}");
    });
}
