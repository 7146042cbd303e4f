//! Follows a limit that changes while the process runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use super::error::StartupError;
use super::settings::StartupSettings;
use super::target::Target;
use super::verify;
use crate::allocator::AllocationGroupToken;
use crate::bytes::Bytes;
use crate::grant::{Detection, LimitState};
use crate::limiter::MemoryLimiter;
use crate::registry::ComponentRegistry;

/// Often enough that a change takes effect within five seconds; reading a few files costs some 100 µs.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks for changes of the limit until dropped.
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct LimitWatch {
    is_stopped: Arc<AtomicBool>,
    thread: Thread,
}

/// Another limit than before.
#[derive(Debug)]
#[non_exhaustive]
pub struct LimitChange {
    /// The limit from before, in bytes.
    pub from_bytes: u64,
    /// The limit from now on, in bytes.
    pub to_bytes: u64,
    /// Where it is from, in words.
    pub source: String,
    /// Why what is declared no longer fits, where it does not.
    pub does_not_fit: Option<StartupError>,
}

impl LimitWatch {
    pub(super) fn start(
        settings: StartupSettings,
        limit_setting: String,
        target: Target,
        registry: ComponentRegistry,
        limiter: MemoryLimiter,
        mut on_change: impl FnMut(&LimitChange) + Send + 'static,
    ) -> Option<Self> {
        let is_stopped = Arc::new(AtomicBool::new(false));
        let until_stopped = Arc::clone(&is_stopped);
        let mut target = target;
        let run = move || {
            while !stops_within(INTERVAL, &until_stopped) {
                let detection = Detection::detect();
                let Some(next) = changed(&target, &detection, &settings, &limit_setting) else {
                    continue;
                };
                let does_not_fit = verify(&registry, &next, &settings, &detection).err();
                limiter.set_grant(next.grant, Some(next.source()));
                on_change(&LimitChange {
                    from_bytes: target.grant.initial_limit_bytes() as u64,
                    to_bytes: next.grant.initial_limit_bytes() as u64,
                    source: next.source(),
                    does_not_fit,
                });
                target = next;
            }
        };
        let thread = thread::Builder::new().name("memory-watch".to_owned());
        let handle = thread.spawn(move || AllocationGroupToken::root().scope(run)).ok()?;
        Some(Self { is_stopped, thread: handle.thread().clone() })
    }
}

/// The limit to go by from now on, where it is another one. What cannot be read changes nothing.
fn changed(
    target: &Target,
    detection: &Detection,
    settings: &StartupSettings,
    limit_setting: &str,
) -> Option<Target> {
    if matches!(detection.state(), LimitState::Unknown { .. }) || !detection.unread().is_empty() {
        return None;
    }
    let (next, _) = Target::of(settings, detection, limit_setting).ok()?;
    (next.grant != target.grant).then_some(next)
}

/// Waits for so long, and says whether to stop. What else wakes the thread makes it look earlier.
fn stops_within(time: Duration, is_stopped: &AtomicBool) -> bool {
    if !is_stopped.load(Ordering::Acquire) {
        thread::park_timeout(time);
    }
    is_stopped.load(Ordering::Acquire)
}

impl Drop for LimitWatch {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// One line, or more where what is declared does not fit.
impl fmt::Display for LimitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_bytes, to_bytes, source, does_not_fit } = self;
        write!(
            f,
            "the memory limit has changed from {} to {} ({source})",
            Bytes(*from_bytes),
            Bytes(*to_bytes)
        )?;
        match does_not_fit {
            Some(error) => write!(f, "; {error}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is detected in a group of version 2 with this `memory.max`; `None` where it cannot be read.
    fn limited_to(limit: Option<&str>) -> Detection {
        let name =
            format!("memory-accounting-watch-{}-{}", std::process::id(), limit.unwrap_or("unreadable"));
        let root = std::env::temp_dir().join(name);
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("proc/self/cgroup", "0::/\n");
        write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        write("proc/meminfo", "MemTotal: 1000 kB\n");
        match limit {
            Some(limit) => write("sys/fs/cgroup/memory.max", limit),
            // Reading a folder fails, also for root.
            None => fs::create_dir_all(root.join("sys/fs/cgroup/memory.max")).unwrap(),
        }
        let detection = Detection::within(&root);
        fs::remove_dir_all(&root).unwrap();
        detection
    }

    #[test]
    fn another_limit_is_a_change_and_what_cannot_be_read_is_none() {
        let settings = StartupSettings::default();
        let of = |limit: Option<&str>| limited_to(limit);
        let target = Target::of(&settings, &of(Some("1000")), "limit").unwrap().0;
        let next = |limit| {
            let next = changed(&target, &of(limit), &settings, "limit");
            next.map(|next| next.grant.initial_limit_bytes())
        };
        assert_eq!((next(Some("1000")), next(Some("500")), next(None)), (None, Some(500), None));
        assert_eq!(next(Some("max")), Some(1_024_000), "the machine's");
        assert_eq!(next(Some("2000000")), Some(1_024_000), "no more than the machine has");
    }

    #[test]
    fn a_given_limit_stays_while_the_kernels_is_above_it() {
        let settings = StartupSettings { limit_bytes: Some(800), ..StartupSettings::default() };
        let target = Target::of(&settings, &limited_to(Some("1001")), "limit").unwrap().0;
        let next = |limit| {
            let next = changed(&target, &limited_to(Some(limit)), &settings, "limit");
            next.map(|next| next.grant.initial_limit_bytes())
        };
        assert_eq!((next("900"), next("700")), (None, Some(700)));
    }
}
