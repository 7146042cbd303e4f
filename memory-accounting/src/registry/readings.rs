//! What groups have allocated, read at one moment.

use super::usage::LiveBytes;
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot};

/// What one group has alive, and the most it had.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) live: LiveBytes,
    pub(super) peak_bytes: usize,
}

/// What groups hold that nobody has taken yet.
#[derive(Debug)]
pub(super) struct Readings {
    total: LiveBytes,
}

impl Readings {
    /// Those of every group of the process.
    pub(super) fn of_all() -> Self {
        Self { total: live(&AllocationGroupRegistry::total()) }
    }

    /// Those of the groups of `tokens`.
    pub(super) fn of(_tokens: Vec<AllocationGroupToken>) -> Self {
        Self { total: LiveBytes::default() }
    }

    /// Takes out that of one group.
    pub(super) fn take(&mut self, token: AllocationGroupToken) -> Option<Reading> {
        let live = live(&token.stats());
        self.total = LiveBytes::new(
            self.total.bytes.saturating_sub(live.bytes),
            self.total.objects.saturating_sub(live.objects),
        );
        Some(Reading { live, peak_bytes: token.peak_bytes() })
    }

    /// What all that are left hold together.
    pub(super) fn live(&self) -> LiveBytes {
        self.total
    }

    /// The peak of all that are left, where it is that of one group.
    pub(super) fn peak_bytes(&self) -> Option<usize> {
        let root = AllocationGroupToken::root();
        (root.stats().live_bytes() >= self.total.bytes).then(|| root.peak_bytes())
    }
}

fn live(counts: &AllocationStatsSnapshot) -> LiveBytes {
    LiveBytes::new(counts.live_bytes(), counts.live_objects())
}
