//! What ends a stay in a group.

use std::marker::PhantomData;

use super::group::Group;
use super::thread::{self, Stay};

/// Keeps a group current on this thread; when dropped, the group that was current before is so again.
///
/// Made by [`AllocationGroupToken::enter`](super::AllocationGroupToken::enter). It belongs to the thread it was made
/// on, so it cannot be sent and must not be held across an `.await`: there [`Track`](super::Track) is the way.
#[must_use = "the group is left again as soon as the guard is dropped"]
#[derive(Debug)]
pub struct TrackingGuard {
    stay: Stay,
    /// Neither `Send` nor `Sync`.
    thread_bound: PhantomData<*mut ()>,
}

impl TrackingGuard {
    #[inline]
    pub(super) fn enter(group: Group) -> Self {
        Self { stay: thread::enter(group), thread_bound: PhantomData }
    }
}

impl Drop for TrackingGuard {
    #[inline]
    fn drop(&mut self) {
        thread::leave(self.stay);
    }
}
