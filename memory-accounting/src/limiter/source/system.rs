//! What the kernel says about the process and its control groups.

use std::io;
use std::time::Instant;

use super::KernelLimit;
use crate::grant::{Detection, Detector, LimitSource, LimitState, LostFiles};
use crate::system::{GroupUsageReader, MemoryGroup, PressureReader, PressureSignals, ProcessMemoryReader};

/// Reads what the kernel would end the process for.
///
/// That is what the process holds, against its grant; and what each of the control groups around it holds that has a limit, other
/// processes of it included, against that limit. The one with the least room left is the first that the kernel ends a process of, be its
/// limit the tightest or not. A grant may be less than the limits, and then others may use the rest. Told as if the tightest of all were
/// the limit of everything:
///
/// ```text
/// full     = min(grant, limits of the groups)
/// resident = max(process, usage of a group − (its limit − full))
/// ```
///
/// A limit below the grant is told, for the limiter to go by it. While a file cannot be read that could be before, the limit may only fall, and
/// groups that are not found any more count as before.
#[derive(Debug)]
pub(super) struct SystemReader {
    process: io::Result<ProcessMemoryReader>,
    groups: Found,
    detector: Detector,
    lost: LostFiles,
    pressure: PressureReader,
    signals: PressureSignals,
    /// A limit that was not told yet.
    news: KernelLimit,
    detect_at: Instant,
}

/// The groups that limit the process.
#[derive(Debug)]
enum Found {
    Limited(LimitedGroups),
    NotLimited,
    /// Nothing that tells could be read.
    Unknown,
}

#[derive(Debug)]
struct LimitedGroups {
    /// The tightest limit first, and so at least one.
    groups: Vec<LimitedGroup>,
    /// The tightest limit, in bytes and in words.
    limit_bytes: u64,
    limit: String,
}

#[derive(Debug)]
struct LimitedGroup {
    group: MemoryGroup,
    limit_bytes: u64,
    usage: io::Result<GroupUsageReader>,
}

/// What the kernel says at one moment.
#[derive(Debug, Default)]
pub(super) struct SystemReading {
    pub(super) resident: Option<u64>,
    pub(super) failed: bool,
    pub(super) limit: KernelLimit,
    pub(super) signals: PressureSignals,
}

impl SystemReader {
    /// What cannot be opened is not read, or tried again when the limit is looked for.
    pub(super) fn open(detector: Detector) -> Self {
        let detection = detector.detect();
        let groups = Found::of(&detection, Vec::new());
        let mut pressure = PressureReader::open(groups.tightest());
        Self {
            process: ProcessMemoryReader::open(),
            signals: pressure.read(),
            pressure,
            news: groups.limit(),
            groups,
            detector,
            lost: LostFiles::since(&detection),
            detect_at: after(Instant::now()),
        }
    }

    /// Where `grant_bytes` are granted.
    pub(super) fn read(&mut self, grant_bytes: u64) -> SystemReading {
        self.look_again(Instant::now());
        let process = self.process.as_mut().ok().map(ProcessMemoryReader::read);
        let mut failed = matches!(process, Some(Err(_)));
        let mut resident = process.and_then(Result::ok);
        if let Found::Limited(LimitedGroups { groups, limit_bytes, .. }) = &mut self.groups {
            let full_bytes = grant_bytes.min(*limit_bytes);
            for group in groups {
                match group.read(full_bytes) {
                    Some(bytes) => resident = resident.max(Some(bytes)),
                    None => failed = true,
                }
            }
        }
        let limit = std::mem::take(&mut self.news);
        SystemReading { resident, failed: failed || resident.is_none(), limit, signals: self.signals }
    }

    fn look_again(&mut self, now: Instant) {
        if now < self.detect_at {
            return;
        }
        self.detect_at = after(now);
        self.detect_again();
        self.signals = self.pressure.read();
    }

    fn detect_again(&mut self) {
        if self.process.is_err() {
            self.process = ProcessMemoryReader::open();
        }
        let detection = self.detector.detect();
        let is_lost = self.lost.are_missed_by(&detection);
        let before = std::mem::replace(&mut self.groups, Found::Unknown);
        let (tightest, limit) = (before.tightest().cloned(), before.limit());
        self.groups = if is_lost { before.lowered_by(&detection) } else { before.replaced_by(&detection) };
        let next = self.groups.limit();
        if !is_lost || next != limit {
            self.news = next;
        }
        if self.groups.tightest() != tightest.as_ref() {
            self.pressure = PressureReader::open(self.groups.tightest());
        }
    }
}

fn after(now: Instant) -> Instant {
    now.checked_add(Detector::INTERVAL).unwrap_or(now)
}

impl Found {
    /// The groups of `detection`; of those that are in `known`, files stay open.
    fn of(detection: &Detection, mut known: Vec<LimitedGroup>) -> Self {
        let limit = match detection.state() {
            LimitState::Limited { source: LimitSource::ControlGroup(limit), .. } => limit,
            // A limit above the memory of the machine limits nothing.
            LimitState::NotLimited | LimitState::Limited { .. } => return Self::NotLimited,
            LimitState::Unknown { .. } => return Self::Unknown,
        };
        let mut usage = |group: &MemoryGroup| {
            let place = known.iter().position(|known| known.group == *group && known.usage.is_ok());
            place.map_or_else(|| GroupUsageReader::open(group), |place| known.swap_remove(place).usage)
        };
        let groups = detection.limited_groups().iter().map(|(group, limit_bytes)| LimitedGroup {
            usage: usage(group),
            group: group.clone(),
            limit_bytes: *limit_bytes,
        });
        Self::Limited(LimitedGroups {
            groups: groups.collect(),
            limit_bytes: limit.bytes,
            limit: limit.to_string(),
        })
    }

    /// The groups of `detection` in place of these.
    fn replaced_by(self, detection: &Detection) -> Self {
        match self {
            Self::Limited(LimitedGroups { groups, .. }) => Self::of(detection, groups),
            Self::NotLimited | Self::Unknown => Self::of(detection, Vec::new()),
        }
    }

    /// These and the groups of `detection`, which misses some of them, perhaps the tightest.
    fn lowered_by(self, detection: &Detection) -> Self {
        let Self::Limited(mut before) = self else {
            return match Self::of(detection, Vec::new()) {
                found @ Self::Limited(_) => found,
                Self::NotLimited | Self::Unknown => self,
            };
        };
        let Self::Limited(now) = Self::of(detection, Vec::new()) else { return Self::Limited(before) };
        if now.limit_bytes < before.limit_bytes {
            (before.limit_bytes, before.limit) = (now.limit_bytes, now.limit);
        }
        for group in now.groups {
            match before.groups.iter_mut().find(|known| known.group == group.group) {
                Some(known) if known.usage.is_ok() => known.limit_bytes = group.limit_bytes,
                Some(known) => *known = group,
                None => before.groups.push(group),
            }
        }
        before.groups.sort_by_key(|group| group.limit_bytes);
        Self::Limited(before)
    }

    /// The group whose limit is the tightest.
    fn tightest(&self) -> Option<&MemoryGroup> {
        match self {
            Self::Limited(limited) => limited.groups.first().map(|group| &group.group),
            Self::NotLimited | Self::Unknown => None,
        }
    }

    fn limit(&self) -> KernelLimit {
        match self {
            Self::Limited(LimitedGroups { limit_bytes, limit, .. }) => {
                KernelLimit::Limited { bytes: *limit_bytes, source: limit.clone() }
            }
            Self::NotLimited => KernelLimit::None,
            Self::Unknown => KernelLimit::Unknown,
        }
    }
}

impl LimitedGroup {
    /// What is used of `full_bytes`, where all that is allowed beyond them is left to others; `None` where it cannot be read.
    fn read(&mut self, full_bytes: u64) -> Option<u64> {
        let others = self.limit_bytes.saturating_sub(full_bytes);
        let memory = self.usage.as_mut().ok()?.read().ok()?;
        Some(memory.unreclaimable_bytes().saturating_sub(others))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    const GIB: u64 = 1 << 30;

    /// Files of two groups of version 2, one inside of the other.
    struct Groups(PathBuf);

    impl Groups {
        fn new(name: &str) -> Self {
            let root = format!("memory-accounting-groups-{}-{name}", std::process::id());
            let groups = Self(std::env::temp_dir().join(root));
            groups.write("proc/self/cgroup", "0::/around/own\n");
            groups.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
            groups.write("proc/meminfo", "MemTotal: 1000000000 kB\n");
            groups
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn group(&self, group: &str, limit_gib: u64, usage_gib: u64) {
            let write =
                |name: &str, text: String| self.write(&format!("sys/fs/cgroup/{group}/{name}"), &text);
            write("memory.max", format!("{}\n", limit_gib * GIB));
            write("memory.current", format!("{}\n", usage_gib * GIB));
            write("memory.stat", "file 0\nshmem 0\ninactive_file 0\nactive_file 0\n".to_owned());
        }

        fn group_around(&self, limit_gib: u64, usage_gib: u64) {
            self.group("around", limit_gib, usage_gib);
        }

        fn reader(&self) -> SystemReader {
            SystemReader::open(Detector::new(Detection::within(&self.0)))
        }
    }

    impl Drop for Groups {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn of_nested_groups_the_one_with_the_least_room_counts() {
        let groups = Groups::new("nested");
        let resident = |own, around, granted| {
            groups.group("around/own", 100, own);
            groups.group("around", 200, around);
            groups.reader().read(granted * GIB).resident.unwrap() / GIB
        };
        assert_eq!(resident(60, 70, 100), 60, "40 are left in the own, 130 around");
        assert_eq!(resident(60, 190, 100), 90, "10 are left around");
        assert_eq!(resident(60, 190, 80), 70, "of a grant of 80 as well");
        assert_eq!(resident(60, 190, 150), 90, "no more than the tightest limit can be granted");
    }

    #[test]
    fn a_limit_is_told_once_and_files_stay_open() {
        let groups = Groups::new("told");
        groups.group("around/own", 100, 60);
        groups.group("around", 200, 70);
        let mut reader = groups.reader();
        let source = "memory.max of the process's own group /around/own (cgroup v2, /sys/fs/cgroup/around/own/memory.max)";
        let told = KernelLimit::Limited { bytes: 100 * GIB, source: source.to_owned() };
        assert_eq!([reader.read(GIB).limit, reader.read(GIB).limit], [told, KernelLimit::Unknown]);
        // As if it had been a while.
        groups.group("around/own", 50, 40);
        reader.detector = Detector::new(Detection::within(&groups.0));
        fs::remove_file(groups.0.join("sys/fs/cgroup/around/memory.current")).unwrap();
        reader.detect_at = Instant::now();
        let reading = reader.read(100 * GIB);
        assert!(matches!(reading.limit, KernelLimit::Limited { bytes, .. } if bytes == 50 * GIB));
        assert_eq!((reading.resident, reading.failed), (Some(40 * GIB), false));
    }

    #[test]
    fn a_limit_that_can_no_longer_be_read_still_counts_and_hides_no_lower_one() {
        let groups = Groups::new("lost");
        groups.group("around/own", 100, 60);
        groups.group("around", 200, 70);
        let mut reader = groups.reader();
        reader.read(1000 * GIB);
        let mut again = || {
            reader.detector = Detector::new(Detection::within(&groups.0));
            reader.detect_at = Instant::now();
            let reading = reader.read(1000 * GIB);
            let told = match reading.limit {
                KernelLimit::Limited { bytes, .. } => Some(bytes / GIB),
                KernelLimit::None | KernelLimit::Unknown => None,
            };
            (told, reading.resident.map(|bytes| bytes / GIB))
        };
        // Reading a folder fails, also for root.
        let own = groups.0.join("sys/fs/cgroup/around/own/memory.max");
        fs::remove_file(&own).unwrap();
        fs::create_dir(&own).unwrap();
        assert_eq!(again(), (None, Some(60)), "the limit of the own stays, and its usage counts");
        groups.group_around(80, 75);
        assert_eq!(again(), (Some(80), Some(75)), "the one around is the tighter now");
        groups.group_around(300, 75);
        assert_eq!(
            again(),
            (None, Some(40)),
            "it may not be any more, but the own is not known to be higher"
        );
        fs::remove_dir(&own).unwrap();
        groups.group("around/own", 150, 60);
        assert_eq!(again(), (Some(150), Some(60)), "all can be read");
    }
}
