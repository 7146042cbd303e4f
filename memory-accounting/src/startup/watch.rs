//! Follows a limit that changes while the process runs.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use super::error::StartupError;
use super::settings::StartupSettings;
use super::target::Target;
use super::verify;
use crate::allocator::AllocationGroupToken;
use crate::bytes::Bytes;
use crate::grant::{Detection, Detector, LostFiles};
use crate::limiter::MemoryLimiter;
use crate::registry::ComponentRegistry;
use crate::system::OfThisProcess;

/// Looks for changes of the limit until dropped.
///
/// It does so in the process that it was started in. A forked child has a copy which [does not run](Self::is_running); it starts a watch of
/// its own, where it is to follow the limit.
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct LimitWatch {
    shared: Arc<Shared>,
    thread: OfThisProcess<Thread>,
}

#[derive(Debug, Default)]
struct Shared {
    is_stopped: AtomicBool,
    panics: AtomicU64,
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
    /// Whether it looks for changes. It does not in a forked child.
    pub fn is_running(&self) -> bool {
        self.thread.get().is_some()
    }

    /// How often `on_change` has panicked.
    pub fn panics(&self) -> u64 {
        self.shared.panics.load(Ordering::Relaxed)
    }

    pub(super) fn start(
        mut followed: Followed,
        detector: Detector,
        registry: ComponentRegistry,
        limiter: MemoryLimiter,
        mut on_change: impl FnMut(&LimitChange) + Send + 'static,
    ) -> Option<Self> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let run = move || {
            while !stops_within(Detector::INTERVAL, &of_thread.is_stopped) {
                let detection = detector.detect();
                let Some(change) = followed.follow(&detection, &registry, &limiter) else { continue };
                if catch_unwind(AssertUnwindSafe(|| on_change(&change))).is_err() {
                    of_thread.panics.fetch_add(1, Ordering::Relaxed);
                }
            }
        };
        let thread = thread::Builder::new().name("memory-watch".to_owned());
        let handle = thread.spawn(move || AllocationGroupToken::root().scope(run)).ok()?;
        Some(Self { shared, thread: OfThisProcess::new(handle.thread().clone()) })
    }
}

/// The limit that a limiter goes by, and what it follows from.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) settings: StartupSettings,
    pub(super) limit_setting: String,
    pub(super) target: Target,
    pub(super) lost: LostFiles,
}

impl Followed {
    /// Has `limiter` go by the limit of `detection`, where that is another one.
    fn follow(
        &mut self,
        detection: &Detection,
        registry: &ComponentRegistry,
        limiter: &MemoryLimiter,
    ) -> Option<LimitChange> {
        let next = self.changed(detection)?;
        let does_not_fit = verify(registry, &next, &self.settings, detection).err();
        limiter.set_grant(next.grant, Some(next.source()));
        let before = std::mem::replace(&mut self.target, next);
        Some(LimitChange {
            from_bytes: before.grant.initial_limit_bytes() as u64,
            to_bytes: self.target.grant.initial_limit_bytes() as u64,
            source: self.target.source(),
            does_not_fit,
        })
    }

    /// The limit to go by from now on, where it is another one.
    fn changed(&mut self, detection: &Detection) -> Option<Target> {
        let is_lost = self.lost.are_missed_by(detection);
        let (next, _) = Target::of(&self.settings, detection, &self.limit_setting).ok()?;
        let is_lower = next.grant.initial_limit_bytes() < self.target.grant.initial_limit_bytes();
        (next.grant != self.target.grant && (is_lower || !is_lost)).then_some(next)
    }
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
        self.shared.is_stopped.store(true, Ordering::Release);
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
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
    use std::path::PathBuf;
    use std::sync::mpsc;

    use super::*;

    /// Files of two groups of version 2, of which each may be limited; a text of a limit that is `None` cannot be read.
    struct Groups(PathBuf);

    impl Groups {
        fn new(name: &str, own: Option<&str>, around: Option<&str>) -> Self {
            let root = format!("memory-accounting-watch-{}-{name}", std::process::id());
            let groups = Self(std::env::temp_dir().join(root));
            groups.write("proc/self/cgroup", Some("0::/a/b\n"));
            let mount = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
            groups.write("proc/self/mountinfo", Some(mount));
            groups.write("proc/meminfo", Some("MemTotal: 1000 kB\n"));
            groups.own(own);
            groups.around(around);
            groups
        }

        fn own(&self, limit: Option<&str>) {
            self.write("sys/fs/cgroup/a/b/memory.max", limit);
        }

        fn around(&self, limit: Option<&str>) {
            self.write("sys/fs/cgroup/a/memory.max", limit);
        }

        /// Reading a folder fails, also for root.
        fn write(&self, path: &str, text: Option<&str>) {
            let path = self.0.join(path);
            let _ = fs::remove_dir(&path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if let Some(text) = text {
                return fs::write(path, text).unwrap();
            }
            let _ = fs::remove_file(&path);
            fs::create_dir_all(path).unwrap();
        }

        fn detection(&self) -> Detection {
            Detection::within(&self.0)
        }

        /// What is followed from now on, where `limit_bytes` are given.
        fn followed(&self, limit_bytes: Option<u64>) -> Followed {
            let settings = StartupSettings { limit_bytes, ..StartupSettings::default() };
            let detection = self.detection();
            let target = Target::of(&settings, &detection, "limit").unwrap().0;
            let lost = LostFiles::since(&detection);
            Followed { settings, limit_setting: "limit".to_owned(), target, lost }
        }

        /// The limit that is changed to.
        fn next(&self, followed: &mut Followed) -> Option<usize> {
            followed.changed(&self.detection()).map(|next| next.grant.initial_limit_bytes())
        }
    }

    impl Drop for Groups {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn another_limit_is_a_change_whosever_it_is_and_what_cannot_be_read_is_none() {
        let groups = Groups::new("whose", Some("1000"), Some("2000"));
        let mut followed = groups.followed(None);
        assert_eq!(groups.next(&mut followed), None);
        groups.own(Some("500"));
        assert_eq!(groups.next(&mut followed), Some(500));
        groups.own(Some("1000"));
        groups.around(Some("700"));
        assert_eq!(groups.next(&mut followed), Some(700), "the group around");
        groups.around(Some("max"));
        assert_eq!(groups.next(&mut followed), None, "the own is the tighter one");
        groups.own(Some("max"));
        assert_eq!(groups.next(&mut followed), Some(1_024_000), "the machine's");
        groups.own(None);
        groups.around(Some("700"));
        assert_eq!(
            groups.next(&mut followed),
            Some(700),
            "the own may be tighter, and is not less tight for that"
        );
        groups.around(Some("1100"));
        assert_eq!(groups.next(&mut followed), None, "the own may be tighter");
    }

    #[test]
    fn what_could_not_be_read_at_the_start_hides_no_change() {
        let groups = Groups::new("unread", Some("1000"), None);
        let mut followed = groups.followed(None);
        groups.own(Some("500"));
        assert_eq!(groups.next(&mut followed), Some(500));
        groups.around(Some("300"));
        assert_eq!(groups.next(&mut followed), Some(300), "it can be read now");
        groups.around(None);
        assert_eq!(
            groups.next(&mut followed),
            Some(500),
            "and not any more, but there is a lower one than before"
        );
        groups.own(Some("1200"));
        assert_eq!(groups.next(&mut followed), None, "the one around may be tighter");
    }

    #[test]
    fn a_given_limit_stays_while_the_kernels_is_above_it() {
        let groups = Groups::new("given", Some("1001"), Some("max"));
        let mut followed = groups.followed(Some(800));
        groups.own(Some("900"));
        assert_eq!(groups.next(&mut followed), None);
        groups.own(Some("700"));
        assert_eq!(groups.next(&mut followed), Some(700));
    }

    #[test]
    fn what_was_detected_elsewhere_is_followed_there_and_a_panic_ends_nothing() {
        let groups = Groups::new("elsewhere", Some("1000"), Some("max"));
        let (sender, changes) = mpsc::channel();
        let on_change = move |change: &LimitChange| {
            sender.send(change.to_bytes).unwrap();
            panic!("on purpose");
        };
        let detector = Detector::new(groups.detection());
        let (registry, limiter) = (ComponentRegistry::default(), MemoryLimiter::noop());
        let watch = LimitWatch::start(groups.followed(None), detector, registry, limiter, on_change).unwrap();
        let changed_to = |limit: &str| {
            groups.own(Some(limit));
            watch.thread.get().unwrap().unpark();
            changes.recv_timeout(Duration::from_secs(30)).unwrap()
        };
        assert_eq!([changed_to("500"), changed_to("700")], [500, 700]);
        // The second is counted after it was sent.
        assert!(watch.panics() >= 1);
    }
}
