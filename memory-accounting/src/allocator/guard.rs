//! What ends a stay in a group.

use std::marker::PhantomData;

use super::group::GroupId;
use super::thread;

/// Keeps a group current on this thread; when dropped, the group that was current before is so again.
///
/// Made by [`AllocationGroupToken::enter`](super::AllocationGroupToken::enter). It belongs to the thread it was made
/// on, so it cannot be sent and must not be held across an `.await`: there [`Track`](super::Track) is the way.
#[must_use = "the group is left again as soon as the guard is dropped"]
#[derive(Debug)]
pub struct TrackingGuard {
    previous: GroupId,
    /// Neither `Send` nor `Sync`.
    thread_bound: PhantomData<*mut ()>,
}

impl TrackingGuard {
    #[inline]
    pub(super) fn enter(group: GroupId) -> Self {
        Self { previous: thread::replace_current_group(group), thread_bound: PhantomData }
    }
}

impl Drop for TrackingGuard {
    #[inline]
    fn drop(&mut self) {
        thread::replace_current_group(self.previous);
    }
}
