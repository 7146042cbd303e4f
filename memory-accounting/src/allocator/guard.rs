//! Leaves a group when dropped.

use std::marker::PhantomData;

use super::protocol::groups::Group;
use super::thread::{self, EnteredScope};

/// Keeps a group current on this thread; when dropped, the group that was current before is so again.
///
/// Made by [`AllocationGroupToken::enter`](super::AllocationGroupToken::enter). It belongs to the thread it was made
/// on, so it cannot be sent and must not be held across an `.await`: there [`Track`](super::Track) is the way.
#[must_use = "the group is left again as soon as the guard is dropped"]
#[derive(Debug)]
pub struct TrackingGuard {
    scope: EnteredScope,
    /// Neither `Send` nor `Sync`.
    thread_bound: PhantomData<*mut ()>,
}

impl TrackingGuard {
    #[inline]
    pub(super) fn enter(group: Group) -> Self {
        Self::of(thread::enter(group))
    }

    /// The same, if it takes a few instructions and calls nothing. Where it does not, [`enter_slow`](Self::enter_slow) does it.
    #[inline]
    pub(super) fn try_enter(group: Group) -> Option<Self> {
        thread::try_enter(group).map(Self::of)
    }

    pub(super) fn enter_slow(group: Group) -> Self {
        Self::of(thread::enter_slow(group))
    }

    #[inline]
    const fn of(scope: EnteredScope) -> Self {
        Self { scope, thread_bound: PhantomData }
    }
}

impl Drop for TrackingGuard {
    #[inline]
    fn drop(&mut self) {
        thread::leave(self.scope);
    }
}
