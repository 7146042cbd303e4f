//! This program again, inside of a memory group.

use std::env;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::group::MemoryGroup;
use super::size::Mebibytes;

/// The first argument of a program that runs inside; its name and its settings in JSON follow.
const ARGUMENT: &str = "--confined";

const SIGKILL: i32 = 9;

/// Far longer than any of them takes between two reports; one that is silent for so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a process does that is started inside of a group.
pub(crate) trait Program: Serialize + DeserializeOwned {
    const NAME: &'static str;

    /// How it tells what happens to it.
    type Report: DeserializeOwned;

    fn run(self);
}

/// Runs the program if it is what this process was started for, and says whether it was.
pub(crate) fn ran<P: Program>() -> bool {
    let mut arguments = env::args().skip(1);
    let asked = arguments.next().is_some_and(|first| first == ARGUMENT)
        && arguments.next().is_some_and(|name| name == P::NAME);
    if asked {
        let settings = arguments.next().expect("`Confined::start` gives them");
        serde_json::from_str::<P>(&settings).expect("`Confined::start` wrote them").run();
    }
    asked
}

/// Tells the process that started this one how far it is. Only the last report of a killed process is known, so it
/// should be fresh.
pub(crate) fn report(report: &impl Serialize) {
    println!("{}", serde_json::to_string(report).expect("only numbers and names"));
}

/// A process in a group; killed when dropped.
pub(crate) struct Confined<'a> {
    group: &'a MemoryGroup,
    child: Child,
    reports: Receiver<String>,
}

/// How such a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, in success.
    Survived,
    /// The kernel killed it for want of memory in the group.
    Killed,
}

/// What is known of such a process after its end.
#[derive(Debug)]
pub(crate) struct Outcome<R> {
    pub(crate) end: End,
    /// What it reported last.
    pub(crate) last: R,
    /// The most memory that the group has used.
    pub(crate) peak_group_bytes: Option<usize>,
}

impl<R: fmt::Display> fmt::Display for Outcome<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.end, self.last)?;
        match self.peak_group_bytes {
            Some(peak) => write!(formatter, "; the group at most {}", Mebibytes(peak)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Survived => "survived",
            Self::Killed => "killed",
        })
    }
}

impl<'a> Confined<'a> {
    pub(crate) fn start<P: Program>(group: &'a MemoryGroup, program: &P) -> Self {
        let settings = serde_json::to_string(program).unwrap();
        let mut command = group.command(env::current_exe().unwrap());
        let mut child = command.args([ARGUMENT, P::NAME, &settings]).stdout(Stdio::piped()).spawn().unwrap();
        let (sender, reports) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { group, child, reports }
    }

    /// The next report; `None` when there are no more.
    pub(crate) fn report<R: DeserializeOwned>(&mut self) -> Option<R> {
        match self.reports.recv_timeout(PATIENCE) {
            // A process that is killed while it writes leaves half a line.
            Ok(line) => serde_json::from_str(&line).ok(),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the process hangs"),
        }
    }

    /// Waits for its end.
    pub(crate) fn outcome<R: DeserializeOwned>(mut self) -> Outcome<R> {
        let mut last = None;
        while let Some(report) = self.report() {
            last = Some(report);
        }
        let status = self.child.wait().unwrap();
        let end = if status.success() {
            End::Survived
        } else {
            let killed = status.signal() == Some(SIGKILL) && self.group.oom_kills() > 0;
            assert!(killed, "it failed for another reason than memory: {status}");
            End::Killed
        };
        let last = last.expect("it reports before it does anything");
        Outcome { end, last, peak_group_bytes: self.group.peak_bytes() }
    }
}

impl Drop for Confined<'_> {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
