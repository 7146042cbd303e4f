//! Measures what is allocated inside of a reservation.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::reservation::Reservation;
use crate::allocator::{AllocationGroupToken, TrackingGuard};

thread_local! {
    /// The innermost [`Measured`] of this thread: its group, and what others inside of it took into account.
    static INNERMOST: Cell<Option<(AllocationGroupToken, i64)>> = const { Cell::new(None) };
}

/// Fills a reservation with what this thread allocates in the current group, or that of its component, until dropped, also by a panic. What fills a
/// reservation inside of it does not fill this one as well.
#[derive(Debug)]
pub(super) struct Measured<'a> {
    reservation: &'a mut Reservation,
    group: AllocationGroupToken,
    before: Option<i64>,
    around: Option<(AllocationGroupToken, i64)>,
    /// Left after all else.
    _entered: Option<TrackingGuard>,
}

impl<'a> Measured<'a> {
    #[inline]
    pub(super) fn begin(reservation: &'a mut Reservation) -> Self {
        let entered = reservation.group_to_enter().map(AllocationGroupToken::enter);
        let group = AllocationGroupToken::current();
        let around = INNERMOST.replace(Some((group, 0)));
        Self { reservation, group, before: group.thread_net_bytes(), around, _entered: entered }
    }
}

impl Drop for Measured<'_> {
    #[inline]
    fn drop(&mut self) {
        // Where the thread has no counters of its own, nothing is known: the promise stays.
        let net_bytes = self.group.thread_net_bytes().zip(self.before);
        let (_, inside) = INNERMOST.take().unwrap_or((self.group, 0));
        let own = net_bytes.map(|(after, before)| after.wrapping_sub(before).wrapping_sub(inside));
        let counted = own.map_or(0, |own| self.reservation.allocated(own));
        INNERMOST.set(self.around.map(|(group, inside_of_it)| {
            let here = if group == self.group { inside.wrapping_add(counted) } else { 0 };
            (group, inside_of_it.wrapping_add(here))
        }));
    }
}

pin_project! {
    /// A future inside of a reservation; see [`Reservation::fill`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Fill<'a, F> {
        reservation: &'a mut Reservation,
        #[pin]
        future: F,
    }
}

impl<'a, F> Fill<'a, F> {
    pub(super) fn new(reservation: &'a mut Reservation, future: F) -> Self {
        Self { reservation, future }
    }
}

impl<F: Future> Future for Fill<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _measured = Measured::begin(this.reservation);
        this.future.poll(context)
    }
}
