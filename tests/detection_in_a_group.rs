//! Detection in a real control group: a child process is put into one with a limit, before it starts, and tells what it detects.
//! Needs root, a memory hierarchy of cgroup v1 that can be written to, and to be asked for; without, the test says so and tries nothing.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use memory_accounting::{Detection, MemoryGrant};

const MIB: u64 = 1 << 20;

/// Asks for tests in real control groups.
const ASKED: &str = "MEMORY_ACCOUNTING_CGROUP_TESTS";

/// Set for the child.
const IS_CHILD: &str = "MEMORY_ACCOUNTING_DETECTS";

/// A memory group of this test's own.
struct Group {
    directory: PathBuf,
}

impl Group {
    fn within(directory: &Path, name: &str) -> io::Result<Self> {
        let directory = directory.join(name);
        fs::create_dir(&directory)?;
        Ok(Self { directory })
    }

    fn limit(&self, bytes: u64) {
        fs::write(self.limit_file(), bytes.to_string()).unwrap();
    }

    fn limit_file(&self) -> PathBuf {
        self.directory.join("memory.limit_in_bytes")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.directory) {
            eprintln!("{} stays: {error}", self.directory.display());
        }
    }
}

/// A process that detects when asked to.
struct Detector {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<std::process::ChildStderr>,
}

impl Detector {
    /// The shell enters the group and then becomes this test again.
    fn start_in(group: &Group) -> Self {
        let mut child = Command::new("/bin/sh")
            .args(["-c", "echo $$ > \"$0/cgroup.procs\" && exec \"$@\""])
            .arg(&group.directory)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--nocapture"])
            .env(IS_CHILD, "1")
            .stdin(Stdio::piped())
            // What the test harness says there is of no interest.
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (ask, answers) = (child.stdin.take(), BufReader::new(child.stderr.take().unwrap()));
        Self { child, ask, answers }
    }

    fn detect(&mut self) -> String {
        self.ask.as_mut().unwrap().write_all(b"\n").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

impl Drop for Detector {
    fn drop(&mut self) {
        // At the end of its questions it ends.
        drop(self.ask.take());
        let _ = self.child.wait();
    }
}

/// What the child says of a limit.
fn answer(bytes: u64, group: &Group) -> String {
    format!("{bytes} {}", group.limit_file().display())
}

/// The child, where this test is that; otherwise nothing.
#[test]
fn child() {
    if std::env::var_os(IS_CHILD).is_none() {
        return;
    }
    for _ in io::stdin().lines() {
        let detection = Detection::detect();
        let file = detection.source().map(|source| source.group_limit().file.display().to_string());
        let grant = MemoryGrant::detect().unwrap();
        assert_eq!(grant, detection.grant());
        let bytes = grant.map_or(0, |grant| grant.initial_limit_bytes());
        // The harness does not take this away, as it does what `eprintln` writes.
        writeln!(io::stderr(), "{bytes} {}", file.unwrap_or_else(|| detection.to_string())).unwrap();
    }
}

/// The mount point of the memory hierarchy, if it is of v1. Names with spaces are none of this test's machines'.
fn memory_hierarchy() -> Option<PathBuf> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let is_memory = |line: &&str| {
        let (_, super_block) = line.split_once(" - cgroup ").unwrap_or_default();
        super_block.split([' ', ',']).any(|option| option == "memory")
    };
    let line = mounts.lines().find(is_memory)?;
    line.split(' ').nth(4).map(PathBuf::from)
}

/// A group, and one inside of it, which is to be dropped first. Only where that is asked for.
fn groups() -> io::Result<(Group, Group)> {
    if std::env::var_os(ASKED).is_none() {
        return Err(io::Error::other(format!("it needs root; {ASKED}=1 tries it")));
    }
    let hierarchy = memory_hierarchy().ok_or_else(|| io::Error::other("no memory hierarchy of cgroup v1"))?;
    let outer = Group::within(&hierarchy, &format!("memory-accounting-{}", std::process::id()))?;
    let inner = Group::within(&outer.directory, "inner")?;
    Ok((outer, inner))
}

#[test]
fn a_process_in_a_group_sees_its_limit_and_what_becomes_of_it() {
    let (outer, inner) = match groups() {
        Ok(groups) => groups,
        Err(reason) => return eprintln!("NOT TRIED: detection in a real control group: {reason}"),
    };
    inner.limit(256 * MIB);
    let mut detector = Detector::start_in(&inner);
    assert_eq!(detector.detect(), answer(256 * MIB, &inner));

    inner.limit(128 * MIB);
    assert_eq!(detector.detect(), answer(128 * MIB, &inner), "halved while it runs");

    outer.limit(64 * MIB);
    assert_eq!(detector.detect(), answer(64 * MIB, &outer), "the group around it is tighter");
}
