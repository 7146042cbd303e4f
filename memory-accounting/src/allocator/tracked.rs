//! Values that carry their group with them.

use std::fmt;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::token::AllocationGroupToken;

/// Ties any value, most usefully a future or (feature `futures-core`) a stream, to an allocation group.
///
/// ```
/// use memory_accounting::allocator::{AllocationGroupRegistry, Track};
///
/// let parser = AllocationGroupRegistry::global().register_allocation_group("parser");
/// let task = async { vec![0_u8; 1024].len() }.track_allocations(parser);
/// assert_eq!(task.token(), parser);
/// ```
pub trait Track: Sized {
    /// Ties the value to the group of `token`.
    fn track_allocations(self, token: AllocationGroupToken) -> Tracked<Self> {
        Tracked { token, inner: ManuallyDrop::new(self) }
    }

    /// Ties the value to the group that is current now, for handing it to another thread.
    fn in_current_allocation_group(self) -> Tracked<Self> {
        self.track_allocations(AllocationGroupToken::current())
    }
}

impl<T> Track for T {}

pin_project! {
    /// A value that is polled and dropped inside its own allocation group, on whichever thread that happens.
    ///
    /// Made by [`Track`]. The group from before is current again when a poll returns or panics.
    #[must_use = "a tracked future does nothing until it is polled"]
    pub struct Tracked<T> {
        token: AllocationGroupToken,
        // Dropped by hand, because that has to happen while the group is current.
        #[pin]
        inner: ManuallyDrop<T>,
    }

    impl<T> PinnedDrop for Tracked<T> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let _guard = this.token.enter();
            // SAFETY: the value is not moved out of its place, only dropped there.
            let inner = unsafe { this.inner.get_unchecked_mut() };
            // SAFETY: nothing uses the value after this; `into_parts` leaves without running this drop.
            unsafe { ManuallyDrop::drop(inner) }
        }
    }
}

impl<T> Tracked<T> {
    /// The group the value is tied to.
    pub const fn token(&self) -> AllocationGroupToken {
        self.token
    }

    /// The value.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// The value, to be changed. What that allocates counts to the group that is current, not to this one.
    pub fn inner_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    #[inline]
    fn pinned_parts(self: Pin<&mut Self>) -> (AllocationGroupToken, Pin<&mut T>) {
        let this = self.project();
        // SAFETY: only looked through to the pinned value, which stays pinned because its wrapper is.
        let inner = unsafe { this.inner.map_unchecked_mut(|inner| &mut **inner) };
        (*this.token, inner)
    }

    /// The value, without its group.
    pub fn into_inner(self) -> T {
        self.into_parts().1
    }

    /// The group and the value, no longer tied together.
    pub fn into_parts(self) -> (AllocationGroupToken, T) {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped or used again, so the value leaves it once; it was never pinned, being
        // passed by value.
        let inner = unsafe { ManuallyDrop::take(&mut this.inner) };
        (this.token, inner)
    }
}

impl<T: fmt::Debug> fmt::Debug for Tracked<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tracked").field("token", &self.token).field("inner", self.inner()).finish()
    }
}

impl<T: Future> Future for Tracked<T> {
    type Output = T::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T::Output> {
        let (token, inner) = self.pinned_parts();
        token.scope(|| inner.poll(context))
    }
}

#[cfg(feature = "futures-core")]
impl<T: futures_core::Stream> futures_core::Stream for Tracked<T> {
    type Item = T::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T::Item>> {
        let (token, inner) = self.pinned_parts();
        token.scope(|| inner.poll_next(context))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner().size_hint()
    }
}

#[cfg(feature = "futures-core")]
impl<T: futures_core::FusedFuture> futures_core::FusedFuture for Tracked<T> {
    fn is_terminated(&self) -> bool {
        self.inner().is_terminated()
    }
}

#[cfg(feature = "futures-core")]
impl<T: futures_core::FusedStream> futures_core::FusedStream for Tracked<T> {
    fn is_terminated(&self) -> bool {
        self.inner().is_terminated()
    }
}
