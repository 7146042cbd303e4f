//! Where readings come from.

mod system;

use std::fmt;
use std::io;
use std::sync::Arc;

use self::system::SystemReader;
use crate::grant::Detector;
use crate::system::{PressureSignals, ProcessMemoryReader, keep_free_at_most, purge};

type Custom = Arc<dyn Fn() -> Option<u64> + Send + Sync>;
type Purge = Arc<dyn Fn() + Send + Sync>;

/// Where a limiter's readings come from. It can be opened again in a forked child.
#[derive(Clone, Default)]
pub(super) struct Source {
    /// Instead of the allocator.
    pub(super) live: Option<Custom>,
    pub(super) resident: Resident,
    pub(super) purge: Option<Purge>,
    /// Where the kernel's limit is known from; it is looked for where nobody has yet.
    pub(super) detector: Option<Detector>,
}

/// Where resident bytes are known from.
#[derive(Clone, Default)]
pub(super) enum Resident {
    /// The kernel.
    #[default]
    System,
    Custom(Custom),
    Nowhere,
}

/// One reading, in bytes.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) live: Option<u64>,
    pub(super) resident: Option<u64>,
    pub(super) limit: KernelLimit,
    /// Of one that asked the kernel for them.
    pub(super) signals: Option<PressureSignals>,
    /// Whether a part of it is missing that there should be.
    pub(super) failed: bool,
}

/// The limit that the kernel goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum KernelLimit {
    /// It could not be read this time, or is what it was.
    #[default]
    Unknown,
    /// There is none.
    None,
    Limited {
        bytes: u64,
        /// What it is, in words.
        source: String,
    },
}

impl Source {
    pub(super) fn reads_anything(&self) -> bool {
        self.live.is_some() || !matches!(self.resident, Resident::Nowhere)
    }

    /// Begins to read in this process. The function takes how many bytes are granted.
    pub(super) fn open(&self) -> impl FnMut(u64) -> Reading + use<> {
        let (live, resident) = (self.live.clone(), self.resident.clone());
        let detector = || self.detector.clone().unwrap_or_default();
        let mut system = matches!(resident, Resident::System).then(|| SystemReader::open(detector()));
        move |grant_bytes| {
            let mut reading = match (&mut system, &resident) {
                (Some(system), _) => {
                    let system = system.read(grant_bytes);
                    Reading {
                        live: None,
                        resident: system.resident,
                        limit: system.limit,
                        signals: Some(system.signals),
                        failed: system.failed,
                    }
                }
                (None, Resident::Custom(read)) => {
                    let resident = read();
                    Reading { resident, failed: resident.is_none(), ..Reading::default() }
                }
                (None, _) => Reading::default(),
            };
            if let Some(live) = &live {
                reading.live = live();
                reading.failed |= reading.live.is_none();
            }
            reading
        }
    }

    /// Why the system does not tell what is resident, where it is asked.
    pub(super) fn why_unread(&self) -> Option<io::Error> {
        if !matches!(self.resident, Resident::System) {
            return None;
        }
        ProcessMemoryReader::open().and_then(|mut reader| reader.read()).err()
    }

    /// Whether memory can be given back, so that less of it is resident.
    pub(super) fn may_purge(&self) -> bool {
        self.purge.is_some() || matches!(self.resident, Resident::System)
    }

    /// Has the system's allocator keep less free, unless it is another's memory that counts, or another's to give back.
    pub(super) fn keep_free_at_most(&self, bytes: u64) {
        if self.purge.is_none() && matches!(self.resident, Resident::System) {
            keep_free_at_most(bytes);
        }
    }

    pub(super) fn purge(&self) {
        match &self.purge {
            Some(purge) => purge(),
            None => {
                purge();
            }
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").finish_non_exhaustive()
    }
}
