//! For how long the process has been running.

use std::time::Duration;

/// The time since the process was started; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn process_age() -> Option<Duration> {
    use procfs::process::Stat;
    use procfs::{FromRead, Uptime};

    // `starttime` counts ticks since the machine was started: proc_pid_stat(5), field 22.
    let ticks = Stat::from_file("/proc/self/stat").ok()?.starttime;
    let hundredths = u128::from(ticks).checked_mul(100)?;
    let started = hundredths.checked_div(u128::from(rustix::param::clock_ticks_per_second()))?;
    let started = Duration::from_millis(u64::try_from(started.checked_mul(10)?).ok()?);
    Duration::try_from_secs_f64(Uptime::from_file("/proc/uptime").ok()?.uptime).ok()?.checked_sub(started)
}

/// The time since the process was started; `None` where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub(crate) fn process_age() -> Option<Duration> {
    None
}
