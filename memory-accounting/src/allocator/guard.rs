//! Leaves a group when dropped.

use std::convert::Infallible;
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
    scope: OfOneThread<EnteredScope, Self>,
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
        Self { scope: OfOneThread(scope, PhantomData) }
    }
}

impl Drop for TrackingGuard {
    #[inline]
    fn drop(&mut self) {
        let OfOneThread(scope, _) = self.scope;
        thread::leave(scope);
    }
}

/// What its `Owner` must not take to another thread.
///
/// A raw pointer would be enough for that; but of a guard that is held across an `.await` the compiler would then speak of the pointer. Asked
/// whether this is `Send`, it speaks of [`MayLeaveItsThread`], which says what to write.
#[derive(Clone, Copy, Debug)]
struct OfOneThread<T, Owner>(T, PhantomData<*mut Owner>);

// SAFETY: no owner of which there is a value implements the trait.
unsafe impl<T, Owner: MayLeaveItsThread> Send for OfOneThread<T, Owner> {}

#[diagnostic::on_unimplemented(
    message = "a `{Self}` stays on the thread that it was made on",
    label = "this would take a `{Self}` to another thread",
    note = "a future needs no guard: `future.track_allocations(token)`, of the trait `Track`, enters the group whenever the future runs",
    note = "code without `.await` can run in `token.scope(|| …)`, or in a block of its own that ends with the guard before the `.await`"
)]
trait MayLeaveItsThread {}

/// Of a trait that nothing implements the compiler says that an impl could be added.
#[diagnostic::do_not_recommend]
impl MayLeaveItsThread for Infallible {}
