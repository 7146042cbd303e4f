//! What the kernel says about the process and its control group.

use std::io;
use std::time::{Duration, Instant};

use super::KernelLimit;
use crate::grant::{Detection, LimitSource, LimitState};
use crate::system::{GroupUsageReader, MemoryGroup, PressureReader, PressureSignals, ProcessMemoryReader};

/// How often to look whether the limit is another one, or another group's, and at the signals that are only shown. That takes some 100 µs,
/// and the kernel adds up stalls as often.
const DETECT_EVERY: Duration = Duration::from_secs(2);

/// Reads what the kernel would end the process for.
///
/// That is what the process holds, against its grant; and what its control group holds, other processes of it included, against the
/// limit of that group. A grant may be less than that limit, and then others may use the rest:
///
/// ```text
/// resident = max(process, group − (limit − grant))
/// ```
///
/// A limit below the grant is told, for the limiter to go by it. Of several groups around each other only that with the tightest limit is
/// read: a wider one that other processes fill is not seen.
#[derive(Debug)]
pub(super) struct SystemReader {
    process: io::Result<ProcessMemoryReader>,
    group: Found,
    pressure: PressureReader,
    signals: PressureSignals,
    detect_at: Instant,
}

/// The group that limits the process.
#[derive(Debug)]
enum Found {
    Limited(LimitedGroup),
    NotLimited,
    /// Nothing that tells could be read.
    Unknown,
}

#[derive(Debug)]
struct LimitedGroup {
    group: MemoryGroup,
    limit_bytes: u64,
    limit: String,
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
    pub(super) fn open() -> Self {
        let group = Found::detect();
        let mut pressure = PressureReader::open(group.limited().map(|group| &group.group));
        Self {
            process: ProcessMemoryReader::open(),
            signals: pressure.read(),
            pressure,
            group,
            detect_at: after(Instant::now()),
        }
    }

    /// Where `grant_bytes` are granted.
    pub(super) fn read(&mut self, grant_bytes: u64) -> SystemReading {
        self.look_again(Instant::now());
        let process = self.process.as_mut().ok().map(ProcessMemoryReader::read);
        let (group, limit) = match &mut self.group {
            Found::Limited(group) => (Some(group.read(grant_bytes)), group.limit()),
            Found::NotLimited => (None, KernelLimit::None),
            Found::Unknown => (None, KernelLimit::Unknown),
        };
        let failed = matches!(process, Some(Err(_))) || matches!(group, Some(Err(_)));
        let resident = [process, group].into_iter().flatten().flatten().max();
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

    /// Keeps what was known where nothing can be read.
    fn detect_again(&mut self) {
        if self.process.is_err() {
            self.process = ProcessMemoryReader::open();
        }
        match (&mut self.group, Found::detect()) {
            (_, Found::Unknown) => {}
            (Found::Limited(known), Found::Limited(found))
                if known.group == found.group && known.usage.is_ok() =>
            {
                (known.limit_bytes, known.limit) = (found.limit_bytes, found.limit);
            }
            (group, found) => {
                self.pressure = PressureReader::open(found.limited().map(|found| &found.group));
                *group = found;
            }
        }
    }
}

fn after(now: Instant) -> Instant {
    now.checked_add(DETECT_EVERY).unwrap_or(now)
}

impl Found {
    fn detect() -> Self {
        let detection = Detection::detect();
        match (detection.state(), detection.memory_group()) {
            (LimitState::Limited { source: LimitSource::ControlGroup(limit), .. }, Some(group)) => {
                Self::Limited(LimitedGroup {
                    group: group.clone(),
                    limit_bytes: limit.bytes,
                    limit: limit.to_string(),
                    usage: GroupUsageReader::open(group),
                })
            }
            // A limit above the memory of the machine limits nothing.
            (LimitState::NotLimited | LimitState::Limited { .. }, _) => Self::NotLimited,
            _ => Self::Unknown,
        }
    }

    fn limited(&self) -> Option<&LimitedGroup> {
        match self {
            Self::Limited(group) => Some(group),
            Self::NotLimited | Self::Unknown => None,
        }
    }
}

impl LimitedGroup {
    fn limit(&self) -> KernelLimit {
        KernelLimit::Limited { bytes: self.limit_bytes, source: self.limit.clone() }
    }

    fn read(&mut self, grant_bytes: u64) -> io::Result<u64> {
        let others = self.limit_bytes.saturating_sub(grant_bytes);
        match &mut self.usage {
            Ok(usage) => Ok(usage.read()?.unreclaimable_bytes().saturating_sub(others)),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}
