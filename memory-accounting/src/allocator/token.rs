//! The handle of a group.

use super::group::GroupId;
use super::guard::TrackingGuard;
use super::registry::AllocationGroupRegistry;
use super::stats::{AllocationStats, AllocationStatsSnapshot};
use super::thread;

/// Stands for one allocation group. Made by
/// [`register_allocation_group`](AllocationGroupRegistry::register_allocation_group); equal tokens are the same group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllocationGroupToken {
    group: GroupId,
}

impl AllocationGroupToken {
    pub(super) const fn new(group: GroupId) -> Self {
        Self { group }
    }

    /// The group that everything counts to which no other group claims.
    pub const fn root() -> Self {
        Self::new(GroupId::ROOT)
    }

    /// The group that allocations of this thread count to now.
    #[inline]
    pub fn current() -> Self {
        Self::new(thread::current_group())
    }

    /// Makes this group the current one of this thread for as long as the guard lives.
    ///
    /// Guards nest; drop them in the opposite order of entering.
    #[inline]
    pub fn enter(self) -> TrackingGuard {
        TrackingGuard::enter(self.group)
    }

    /// Runs `work` with this group current. The group from before is current again afterwards, also when `work` panics.
    #[inline]
    pub fn scope<R>(self, work: impl FnOnce() -> R) -> R {
        let _guard = self.enter();
        work()
    }

    /// Ties `work` to this group, for handing it to another thread or keeping it as a callback: wherever the result
    /// is called, it runs as in [`scope`](Self::scope).
    pub fn wrap<R>(self, work: impl FnOnce() -> R) -> impl FnOnce() -> R {
        move || self.scope(work)
    }

    /// The name the group was registered under.
    pub fn name(self) -> String {
        AllocationGroupRegistry::global().name_of(self.group)
    }

    /// The counts of the group as they are now; see [`AllocationStats::snapshot`].
    pub fn stats(self) -> AllocationStatsSnapshot {
        AllocationStats::new(self.group).snapshot()
    }
}
