//! Where readings come from.

use std::fmt;
use std::sync::Arc;

use crate::system::{purge, resident_bytes};

type Custom = Arc<dyn Fn() -> Option<u64> + Send + Sync>;
type Purge = Arc<dyn Fn() + Send + Sync>;

/// Where a limiter's readings come from. It can be opened again in a forked child.
#[derive(Clone, Default)]
pub(super) struct Source {
    /// Instead of the allocator.
    pub(super) live: Option<Custom>,
    pub(super) resident: Resident,
    pub(super) purge: Option<Purge>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) live: Option<u64>,
    pub(super) resident: Option<u64>,
    /// Whether a part of it is missing that there should be.
    pub(super) failed: bool,
}

impl Source {
    pub(super) fn reads_anything(&self) -> bool {
        self.live.is_some() || !matches!(self.resident, Resident::Nowhere)
    }

    /// Begins to read in this process.
    pub(super) fn open(&self) -> impl FnMut() -> Reading + use<> {
        let (live, resident) = (self.live.clone(), self.resident.clone());
        move || {
            let live_bytes = live.as_ref().map(|live| live());
            let resident_bytes = match &resident {
                Resident::System => resident_bytes().map(|bytes| bytes as u64),
                Resident::Custom(read) => read(),
                Resident::Nowhere => None,
            };
            let failed = live_bytes == Some(None)
                || (resident_bytes.is_none() && !matches!(resident, Resident::Nowhere));
            Reading { live: live_bytes.flatten(), resident: resident_bytes, failed }
        }
    }

    /// Whether memory can be given back, so that less of it is resident.
    pub(super) fn may_purge(&self) -> bool {
        self.purge.is_some() || matches!(self.resident, Resident::System)
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
