//! What the kernel says about the process and its control group.

use std::io;
use std::time::{Duration, Instant};

use crate::grant::{Detection, LimitSource};
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
/// A limit below the grant is told, for the limiter to go by it.
#[derive(Debug)]
pub(super) struct SystemReader {
    process: Option<ProcessMemoryReader>,
    group: Option<LimitedGroup>,
    pressure: PressureReader,
    signals: PressureSignals,
    detect_at: Instant,
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
    /// The limit of the group, in bytes, and what it is in words.
    pub(super) limit: Option<(u64, String)>,
    pub(super) signals: PressureSignals,
}

impl SystemReader {
    /// What cannot be opened is not read, or tried again when the limit is looked for.
    pub(super) fn open() -> Self {
        let group = LimitedGroup::detect();
        let mut pressure = PressureReader::open(group.as_ref().map(|group| &group.group));
        Self {
            process: ProcessMemoryReader::open().ok(),
            signals: pressure.read(),
            pressure,
            group,
            detect_at: after(Instant::now()),
        }
    }

    /// Where `grant_bytes` are granted.
    pub(super) fn read(&mut self, grant_bytes: u64) -> SystemReading {
        self.look_again(Instant::now());
        let process = self.process.as_mut().map(ProcessMemoryReader::read);
        let group = self.group.as_mut().map(|group| group.read(grant_bytes));
        let failed = matches!(process, Some(Err(_))) || matches!(group, Some(Err(_)));
        let readings = [process, group].into_iter().flatten().flatten();
        SystemReading {
            resident: readings.max(),
            failed,
            limit: self.group.as_ref().map(|group| (group.limit_bytes, group.limit.clone())),
            signals: self.signals,
        }
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
        let Some(found) = LimitedGroup::detect() else { return };
        match &mut self.group {
            Some(known) if known.group == found.group && known.usage.is_ok() => {
                (known.limit_bytes, known.limit) = (found.limit_bytes, found.limit);
            }
            _ => {
                self.pressure = PressureReader::open(Some(&found.group));
                self.group = Some(found);
            }
        }
    }
}

fn after(now: Instant) -> Instant {
    now.checked_add(DETECT_EVERY).unwrap_or(now)
}

impl LimitedGroup {
    fn detect() -> Option<Self> {
        let detection = Detection::detect();
        let LimitSource::ControlGroup(limit) = detection.source()? else { return None };
        let group = detection.memory_group()?.clone();
        let usage = GroupUsageReader::open(&group);
        Some(Self { group, limit_bytes: limit.bytes, limit: limit.to_string(), usage })
    }

    fn read(&mut self, grant_bytes: u64) -> io::Result<u64> {
        let others = self.limit_bytes.saturating_sub(grant_bytes);
        match &mut self.usage {
            Ok(usage) => Ok(usage.read()?.unreclaimable_bytes().saturating_sub(others)),
            Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
        }
    }
}
