//! What else the kernel says about memory that runs short.

use super::kernel_file::{KernelFile, fields, number};
use super::memory_group::{GroupVersion, MemoryGroup};

/// Signals beside the usage, each `None` where the system does not tell it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PressureSignals {
    pub(crate) stall: Option<MemoryStall>,
    /// How often the group went over its `memory.high` (v2).
    pub(crate) high_events: Option<u64>,
    /// How often it was about to go over its limit, and memory had to be taken back first (`max`; v1: `memory.failcnt`).
    pub(crate) max_events: Option<u64>,
    /// How often that did not help (`oom`, v2).
    pub(crate) oom_events: Option<u64>,
    /// How many processes of the group were killed (v1: since Linux 4.13).
    pub(crate) oom_kills: Option<u64>,
}

/// Time in which something waited for memory: pressure stall information, Linux 4.20.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MemoryStall {
    /// Whose time it is.
    pub(crate) scope: StallScope,
    /// The part of the last ten seconds, from 0 to 1. The kernel computes it every two seconds.
    pub(crate) lately: f64,
    /// Microseconds in all, up to now.
    pub(crate) total_microseconds: u64,
}

impl MemoryStall {
    /// Whether it is that of the control group, not that of the machine.
    pub(crate) fn is_of_group(&self) -> bool {
        self.scope == StallScope::Group
    }
}

/// Whose waiting is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StallScope {
    /// The processes of the group.
    Group,
    /// All processes of the machine, others' included.
    Machine,
}

/// Reads what there is of [`PressureSignals`].
///
/// Reading needs no privilege, where waiting for the kernel's own signal would: a container's files of the kind are mounted read-only, and
/// without privilege it is sent every two seconds at most (`psi_trigger_create`, `kernel/sched/psi.c`).
#[derive(Debug)]
pub(crate) struct PressureReader {
    stall: Option<(StallScope, KernelFile)>,
    events: Option<Events>,
}

#[derive(Debug)]
enum Events {
    /// `memory.failcnt` and `memory.oom_control`.
    V1 { failures: Option<KernelFile>, oom: Option<KernelFile> },
    /// `memory.events`.
    V2(KernelFile),
}

impl PressureReader {
    /// What cannot be opened is never told.
    pub(crate) fn open(group: Option<&MemoryGroup>) -> Self {
        let of_machine =
            || Some((StallScope::Machine, KernelFile::open("/proc/pressure/memory".into()).ok()?));
        let Some(MemoryGroup { directory, version }) = group else {
            return Self { stall: of_machine(), events: None };
        };
        let open = |name: &str| KernelFile::open(directory.join(name)).ok();
        match version {
            GroupVersion::V1 => {
                let events = Events::V1 { failures: open("memory.failcnt"), oom: open("memory.oom_control") };
                Self { stall: of_machine(), events: Some(events) }
            }
            GroupVersion::V2 => {
                let of_group = open("memory.pressure").map(|file| (StallScope::Group, file));
                Self { stall: of_group.or_else(of_machine), events: open("memory.events").map(Events::V2) }
            }
        }
    }

    /// One system call for each file. Does not allocate while they can be read.
    pub(crate) fn read(&mut self) -> PressureSignals {
        let stall = self.stall.as_mut().and_then(|(scope, file)| stall(*scope, file.read().ok()?));
        let mut signals = PressureSignals { stall, ..PressureSignals::default() };
        match &mut self.events {
            None => {}
            Some(Events::V1 { failures, oom }) => {
                signals.max_events = failures.as_mut().and_then(|file| number(file.read().ok()?));
                let oom = oom.as_mut().and_then(|file| file.read().ok());
                signals.oom_kills = oom
                    .and_then(|text| fields(text).find(|(name, _)| name == b"oom_kill"))
                    .map(|(_, kills)| kills);
            }
            Some(Events::V2(file)) => signals.add_events(file.read().unwrap_or_default()),
        }
        signals
    }
}

impl PressureSignals {
    fn add_events(&mut self, text: &[u8]) {
        for (name, count) in fields(text) {
            match name {
                b"high" => self.high_events = Some(count),
                b"max" => self.max_events = Some(count),
                b"oom" => self.oom_events = Some(count),
                b"oom_kill" => self.oom_kills = Some(count),
                _ => {}
            }
        }
    }
}

/// By the line `some avg10=0.12 avg60=0.00 avg300=0.00 total=14157696`.
fn stall(scope: StallScope, text: &[u8]) -> Option<MemoryStall> {
    let line = text.split(|&byte| byte == b'\n').find_map(|line| line.strip_prefix(b"some "))?;
    let value = |name: &[u8]| line.split(|&byte| byte == b' ').find_map(|word| word.strip_prefix(name));
    let percent: f64 = std::str::from_utf8(value(b"avg10=")?).ok()?.parse().ok()?;
    Some(MemoryStall { scope, lately: percent / 100.0, total_microseconds: number(value(b"total=")?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_which_something_waited_is_told() {
        let text = b"some avg10=12.50 avg60=0.35 avg300=0.34 total=14157696\nfull avg10=1.00 avg60=0.25 avg300=0.25 total=4051917\n";
        let expected =
            MemoryStall { scope: StallScope::Group, lately: 0.125, total_microseconds: 14_157_696 };
        assert_eq!(stall(StallScope::Group, text), Some(expected));
    }

    #[test]
    fn a_text_that_is_not_understood_tells_nothing() {
        for text in [
            "",
            "some\n",
            "some avg10=1.00 avg60=0.00\n",
            "some avg10=x total=1\n",
            "full avg10=0.00 total=1\n",
        ] {
            assert_eq!(stall(StallScope::Group, text.as_bytes()), None, "{text}");
        }
    }
}
