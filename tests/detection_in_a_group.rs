//! Detection in a real control group: a child process is put into one with a limit, before it starts, and tells what it detects.
//! Needs root, control groups of memory that can be written to, and to be asked for; without, the test says so and tries nothing.

#![cfg(target_os = "linux")]

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};

use memory_accounting::{Detection, MemoryGrant};

#[allow(dead_code, reason = "other tests use more of it")]
#[path = "cgroup"]
mod cgroup {
    pub(crate) mod group;
}

use cgroup::group::{self, MemoryGroup};

const MIB: usize = 1 << 20;

/// Set for the child.
const IS_CHILD: &str = "MEMORY_ACCOUNTING_DETECTS";

/// A process that detects when asked to.
struct Detector {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<std::process::ChildStderr>,
}

impl Detector {
    fn start_in(group: &MemoryGroup) -> Self {
        let mut child = group
            .command(std::env::current_exe().unwrap())
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
fn answer(bytes: usize, group: &MemoryGroup) -> String {
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

/// A group, and one inside of it, which is to be dropped first. Only where that is asked for.
fn groups() -> Result<(MemoryGroup, MemoryGroup), String> {
    group::asked()?;
    let outer = MemoryGroup::new(512 * MIB)?;
    let inner = outer.inside(256 * MIB)?;
    Ok((outer, inner))
}

#[test]
fn a_process_in_a_group_sees_its_limit_and_what_becomes_of_it() {
    let (outer, inner) = match groups() {
        Ok(groups) => groups,
        Err(reason) => return eprintln!("NOT TRIED: detection in a real control group: {reason}"),
    };
    let mut detector = Detector::start_in(&inner);
    assert_eq!(detector.detect(), answer(256 * MIB, &inner));

    inner.set_limit(128 * MIB).unwrap();
    assert_eq!(detector.detect(), answer(128 * MIB, &inner), "halved while it runs");

    outer.set_limit(64 * MIB).unwrap();
    assert_eq!(detector.detect(), answer(64 * MIB, &outer), "the group around it is tighter");
    // Before the group around it.
    drop((detector, inner));
}
