//! Where the limit is from, then and now.

use std::fmt;

use serde::Serialize;

use crate::grant::{Detection, Detector};
use crate::lines::folded;

/// What was found out about the limit of the process, and who goes on looking.
#[derive(Clone, Debug)]
pub(super) struct Detected {
    at_start: Detection,
    detector: Option<Detector>,
}

/// The same at one moment.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DetectedNow {
    /// The newest there is.
    pub(super) detection: Detection,
    /// That of the start, where it is another one.
    #[serde(rename = "detection_at_start", skip_serializing_if = "Option::is_none")]
    at_start: Option<Detection>,
    #[serde(skip)]
    is_followed: bool,
}

impl Detected {
    /// That nobody looks for again.
    pub(super) fn once(detection: Detection) -> Self {
        Self { at_start: detection, detector: None }
    }

    /// That of a start, where `detector` is what its limiter goes by, if it has one.
    pub(super) fn followed(at_start: Detection, detector: Option<Detector>) -> Self {
        Self { at_start, detector }
    }

    /// What is known now. Reads files, unless that was done a moment ago.
    pub(super) fn now(&self) -> DetectedNow {
        let detect = |detector: &Detector| Detection::clone(&detector.detect());
        let detection = self.detector.as_ref().map_or_else(|| self.at_start.clone(), detect);
        let at_start = (detection != self.at_start).then(|| self.at_start.clone());
        DetectedNow { detection, at_start, is_followed: self.detector.is_some() }
    }
}

/// A line for the newest, and one for that of the start where they differ.
impl fmt::Display for DetectedNow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { detection, at_start, is_followed } = self;
        let when = if *is_followed { "detected" } else { "at the start" };
        f.write_str(&folded(&format!("{when}: {detection}")))?;
        match at_start {
            Some(at_start) => write!(f, "\n{}", folded(&format!("at the start: {at_start}"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// Files that stand for `/`, in which the process has a control group.
    struct Root(PathBuf);

    impl Root {
        fn new() -> Self {
            let name = format!("memory-accounting-detected-{}", std::process::id());
            let root = Self(std::env::temp_dir().join(name));
            root.write("proc/self/cgroup", "0::/service\n");
            root.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
            root.write("proc/meminfo", "MemTotal: 8388608 kB\n");
            root
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn limit(&self, bytes: usize) {
            self.write("sys/fs/cgroup/service/memory.max", &format!("{bytes}\n"));
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn bytes(detection: &Detection) -> usize {
        detection.grant().unwrap().initial_limit_bytes()
    }

    #[test]
    fn what_is_looked_for_again_is_shown_as_it_is_now() {
        let root = Root::new();
        root.limit(64 << 20);
        let first = Detection::within(&root.0);
        let followed = Detected::followed(first.clone(), Some(Detector::of_long_ago(first.clone())));
        let once = Detected::once(first.clone());
        root.limit(32 << 20);

        let now = followed.now();
        assert_eq!((bytes(&now.detection), now.at_start.as_ref()), (32 << 20, Some(&first)));
        let text = now.to_string();
        assert!(text.starts_with("detected: ") && text.contains("\nat the start: "), "{text}");

        let now = once.now();
        assert_eq!((&now.detection, now.at_start.as_ref()), (&first, None));
        assert!(now.to_string().starts_with("at the start: "), "{now}");
    }

    #[test]
    fn one_that_is_as_at_the_start_is_shown_once() {
        let first = Detection::within("/no such folder");
        let now = Detected::followed(first.clone(), Some(Detector::new(first.clone()))).now();
        assert_eq!((&now.detection, now.at_start.as_ref()), (&first, None));
        assert!(now.to_string().starts_with("detected: "), "{now}");
    }
}
