//! Which process answers.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::system::process_age;

/// When the process was started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Process {
    started: SystemTime,
}

/// A process at one moment.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct ProcessNow {
    pid: u32,
    started_unix_ms: u64,
    uptime_ms: u64,
}

impl Process {
    /// This one. Where the system does not tell when it was started, it counts as started now.
    ///
    /// Made once: the kernel counts in ticks, so it would not be the same to the millisecond the next time.
    pub(super) fn of_now() -> Self {
        Self::since(process_age(), SystemTime::now())
    }

    fn since(age: Option<Duration>, now: SystemTime) -> Self {
        let started = age.and_then(|age| now.checked_sub(age));
        Self { started: started.unwrap_or(now) }
    }

    pub(super) fn at(self, now: SystemTime) -> ProcessNow {
        let started_unix_ms = unix_milliseconds(self.started);
        // The two add up, to the millisecond.
        let uptime_ms = unix_milliseconds(now).saturating_sub(started_unix_ms);
        ProcessNow { pid: std::process::id(), started_unix_ms, uptime_ms }
    }
}

/// Milliseconds since 1970.
pub(super) fn unix_milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// `process 4711, up 3 h 12 min`.
impl fmt::Display for ProcessNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.uptime_ms / 1000;
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        write!(f, "process {}, up ", self.pid)?;
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds} s"),
            (0, 0, _) => write!(f, "{minutes} min {} s", seconds % 60),
            (0, _, _) => write!(f, "{hours} h {} min", minutes % 60),
            _ => write!(f, "{days} d {} h", hours % 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_it_is_up_is_told_in_its_two_greatest_units() {
        let up = |seconds: u64| {
            let process = ProcessNow { pid: 7, started_unix_ms: 0, uptime_ms: seconds * 1000 };
            process.to_string()
        };
        assert_eq!(up(59), "process 7, up 59 s");
        assert_eq!(up(61), "process 7, up 1 min 1 s");
        assert_eq!(up(2 * 3600 + 59), "process 7, up 2 h 0 min");
        assert_eq!(up(86400 + 3 * 3600), "process 7, up 1 d 3 h");
    }

    #[test]
    fn what_is_not_known_to_have_been_started_before_was_started_now() {
        let now = SystemTime::now();
        assert_eq!(Process::since(None, now).at(now).uptime_ms, 0);
        let hour = Duration::from_secs(3600);
        assert_eq!(Process::since(Some(hour), now).at(now).uptime_ms, 3_600_000);
        let before_all_clocks = Duration::MAX;
        assert_eq!(Process::since(Some(before_all_clocks), now).at(now).uptime_ms, 0);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_make_it_younger_than_nothing() {
        let now = SystemTime::now();
        let before = now.checked_sub(Duration::from_secs(60)).unwrap();
        assert_eq!(Process::since(None, now).at(before).uptime_ms, 0);
    }

    /// When the kernel says that this process was started: ticks since the machine was (`starttime`, field 22 of `stat`), which is told in seconds.
    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_was_started_when_the_kernel_says_so() {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let (_, after_name) = stat.rsplit_once(") ").unwrap();
        let ticks: u64 = after_name.split(' ').nth(19).unwrap().parse().unwrap();
        let machine = std::fs::read_to_string("/proc/stat").unwrap();
        let booted: u64 =
            machine.lines().find_map(|line| line.strip_prefix("btime ")).unwrap().parse().unwrap();
        let expected = booted + ticks / rustix::param::clock_ticks_per_second();
        let started = unix_milliseconds(Process::of_now().started) / 1000;
        assert!(started.abs_diff(expected) <= 2, "{started}, not {expected}");
    }
}
