//! The levels of the process, and how often threads report to them.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::group::{GroupId, MAXIMUM_GROUPS};
use super::level::{GroupLevel, Level};

/// Seldom enough to cost nothing (a thousand blocks of 64 bytes), often enough to be off by four mebibytes with 64 threads.
const DEFAULT_BATCH: usize = 64 << 10;

static BATCH: AtomicUsize = AtomicUsize::new(DEFAULT_BATCH);

/// The level of all groups together.
pub(super) static PROCESS: Level = Level::new();

static GROUPS: [GroupLevel; MAXIMUM_GROUPS as usize] = [const { GroupLevel::new() }; MAXIMUM_GROUPS as usize];

/// How many bytes a thread may allocate, and free, before it reports.
pub(super) fn batch() -> usize {
    BATCH.load(Ordering::Relaxed)
}

/// Changes [`batch`]; each thread goes by it after it has next reported.
pub(super) fn set_batch(bytes: usize) {
    BATCH.store(bytes, Ordering::Relaxed);
}

/// The level of `group`.
pub(super) fn of(group: GroupId) -> &'static GroupLevel {
    // A slot that no group has, which only a corrupted block could name, is not worth a branch.
    static STRAY: GroupLevel = GroupLevel::new();
    GROUPS.get(usize::from(group.to_slot())).unwrap_or(&STRAY)
}
