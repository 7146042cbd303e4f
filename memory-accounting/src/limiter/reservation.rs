//! Bytes that were promised to a caller.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::account::Owner;
use super::error::{ReserveError, ReserveReason};
use super::fill::{Fill, Measured};
use super::queue::Request;
use super::wait::block_on;
use crate::allocator::AllocationGroupToken;

/// Bytes that are promised to whoever holds it, and that nobody else is given meanwhile. Dropping it gives back what is left.
///
/// What the holder allocates inside of [`scope`](Self::scope) or [`fill`](Self::fill) is live memory like any other, so the reservation is
/// *filled* by it: of each byte either the promise counts or the allocation. Whatever is allocated stays allocated when the reservation is
/// dropped. A reservation for memory that the allocator does not see, such as a mapping of a C library, is held for as long as that memory
/// is.
///
/// ```
/// use memory_accounting::allocator::TrackingAllocator;
/// use memory_accounting::{MemoryGrant, MemoryLimiter};
///
/// #[global_allocator]
/// static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
///
/// let limiter = MemoryLimiter::new(MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.15)?)?;
/// let mut reservation = limiter.try_reserve(64 * 1024)?;
/// let body = reservation.scope(|| vec![0_u8; 50 * 1024]);
/// assert_eq!(reservation.unfilled_bytes(), 14 * 1024);
/// drop(reservation);
/// assert_eq!(body.len(), 50 * 1024);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Growing
///
/// [`grow`](Self::grow) waits before all who hold nothing yet. Holders that all wait to grow would wait for each other; so one of them at
/// a time may have more than there is room for: for itself up to the limit, and so all together up to twice that. Where the kernel would not stand that, reserve
/// all at once, or [`try_grow`](Self::try_grow). The others follow when it has given as much back, or ends. One of an
/// [exempt](super::MemoryLimiter::exempt) handle is never held back, and never refused. None is for more than `u64::MAX` bytes: where nobody is refused,
/// it then grows by fewer than it was asked to.
///
/// # In a forked child
///
/// A child has copies of all reservations, also of those of threads that are not there, and cannot tell them apart. So it forgets them all: one that was
/// made in the parent counts nothing there, and may grow, and be dropped, as one of a limiter that has ended. What the child needs, it
/// reserves itself.
#[derive(Debug)]
#[must_use = "dropping it gives the bytes back"]
pub struct Reservation {
    owner: Owner,
    reserved: u64,
    filled: u64,
    /// So many bytes were promised although there was no room for them, and are not back yet. Nobody else overdraws until all are.
    overdrawn: u64,
}

impl Reservation {
    #[inline]
    pub(super) fn new(owner: Owner, bytes: u64) -> Self {
        Self { owner, reserved: bytes, filled: 0, overdrawn: 0 }
    }

    /// The group to fill it in: its component's, where what is allocated would be of no component.
    #[inline]
    pub(super) fn group_to_enter(&self) -> Option<AllocationGroupToken> {
        let component = self.owner.component()?;
        (AllocationGroupToken::current() == AllocationGroupToken::root()).then(|| component.group())
    }

    /// The bytes that are promised, filled or not.
    pub fn bytes(&self) -> u64 {
        self.reserved
    }

    /// Of these, the bytes that were not allocated yet.
    #[inline]
    pub fn unfilled_bytes(&self) -> u64 {
        self.reserved.saturating_sub(self.filled)
    }

    /// Runs `work`; what it leaves allocated in the current allocation group fills the reservation.
    ///
    /// One of a [component](super::ComponentLimiter) runs it in that component's group where the current one is the root: there, what it allocates would be
    /// of no component. Where the caller has entered any other, what it allocates is of that one.
    ///
    /// Counted are the bytes that this thread allocates in that group less those that it frees, at most what is left. While `work` runs, they
    /// count twice: live and promised. Nothing is counted without a tracking allocator.
    ///
    /// Where it frees more than it allocates, what had filled the reservation is promised again, if there still is room for it: from when it
    /// is free, it is also there for others. Else the reservation is smaller by that ([`bytes`](Self::bytes)).
    #[inline]
    pub fn scope<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let measured = Measured::begin(self);
        let result = work();
        drop(measured);
        result
    }

    /// Does the same at each poll of `future`.
    pub fn fill<F: Future>(&mut self, future: F) -> Fill<'_, F> {
        Fill::new(self, future)
    }

    /// Takes in that `net_bytes` were allocated, or freed where it is below zero; returns how many of them count.
    #[inline]
    pub(super) fn allocated(&mut self, net_bytes: i64) -> i64 {
        let Some(account) = self.owner.account() else { return 0 };
        if net_bytes >= 0 {
            let bytes = net_bytes.unsigned_abs().min(self.unfilled_bytes());
            self.filled = self.filled.saturating_add(bytes);
            account.filled(bytes);
            0_i64.saturating_add_unsigned(bytes)
        } else {
            let bytes = net_bytes.unsigned_abs().min(self.filled);
            // What is overdrawn is filled last. That it may have although there is no room for it.
            let overdrawn =
                bytes.min(self.filled.saturating_sub(self.reserved.saturating_sub(self.overdrawn)));
            let others = bytes.saturating_sub(overdrawn);
            self.filled = self.filled.saturating_sub(bytes);
            if overdrawn > 0 {
                account.grant_anyway(Request::Growth(overdrawn));
            }
            if others > 0 && !account.emptied(others) {
                self.reserved = self.reserved.saturating_sub(others);
            }
            0_i64.saturating_sub_unsigned(bytes)
        }
    }

    /// Waits until `bytes` more can be promised.
    ///
    /// # Errors
    ///
    /// [`ReserveReason::AboveLimit`] where all of it would be more than the limit.
    pub async fn grow(&mut self, bytes: u64) -> Result<(), ReserveError> {
        let more = self.countable(bytes);
        if self.grew_exempt(more) {
            return Ok(());
        }
        let Some(account) = self.owner.account() else {
            self.grew(more, 0);
            return Ok(());
        };
        account.unless_within_limit(bytes, self.reserved.saturating_add(bytes))?;
        if self.overdrawn > 0 {
            let overdrawn_bytes = account.overdraw_more(more)?;
            self.grew(more, overdrawn_bytes);
            return Ok(());
        }
        let granted = account.wait(Request::Growth(more)).await?;
        self.grew(more, granted.overdrawn_bytes);
        Ok(())
    }

    /// Does so on this thread, for at most `time`.
    ///
    /// # Errors
    ///
    /// As [`grow`](Self::grow); and [`ReserveReason::TimedOut`].
    pub fn grow_blocking(&mut self, bytes: u64, time: Duration) -> Result<(), ReserveError> {
        block_on(self.grow(bytes), time).unwrap_or_else(|| self.refuse(ReserveReason::TimedOut, bytes))
    }

    /// Promises `bytes` more if there is room for them now.
    ///
    /// # Errors
    ///
    /// [`ReserveReason::NoRoom`] where there is none, and [`ReserveReason::AboveLimit`] where there never is.
    pub fn try_grow(&mut self, bytes: u64) -> Result<(), ReserveError> {
        let more = self.countable(bytes);
        if self.grew_exempt(more) {
            return Ok(());
        }
        if let Some(account) = self.owner.account() {
            account.unless_within_limit(bytes, self.reserved.saturating_add(bytes))?;
            if !account.request_at_once(Request::Growth(more)) {
                return self.refuse(ReserveReason::NoRoom, bytes);
            }
        }
        self.grew(more, 0);
        Ok(())
    }

    /// Grows where it is never held back. Says whether it did.
    fn grew_exempt(&mut self, more: u64) -> bool {
        let Some(account) = self.owner.account().filter(|account| account.is_exempt()) else { return false };
        account.grow_exempt(more);
        self.grew(more, 0);
        true
    }

    /// As many of `bytes` as can be counted together with what it has: what is promised beyond that could not be given back.
    fn countable(&self, bytes: u64) -> u64 {
        bytes.min(u64::MAX.saturating_sub(self.reserved))
    }

    /// Refuses `bytes`, unless the limiter has ended meanwhile.
    fn refuse(&mut self, reason: ReserveReason, bytes: u64) -> Result<(), ReserveError> {
        let more = self.countable(bytes);
        if let Some(account) = self.owner.account() {
            if let Some(refusal) = account.refusal(reason, bytes) {
                return Err(refusal);
            }
            account.grant_anyway(Request::Growth(more));
        }
        self.grew(more, 0);
        Ok(())
    }

    fn grew(&mut self, bytes: u64, overdrawn_bytes: u64) {
        self.reserved = self.reserved.saturating_add(bytes);
        self.overdrawn = self.overdrawn.saturating_add(overdrawn_bytes);
    }

    /// Gives `bytes` of what is not filled back, or as much as there is of it; says how much that was.
    pub fn shrink(&mut self, bytes: u64) -> u64 {
        let bytes = bytes.min(self.unfilled_bytes());
        if bytes == 0 {
            return 0;
        }
        self.reserved = self.reserved.saturating_sub(bytes);
        let overdrawn = bytes.min(self.overdrawn);
        self.overdrawn = self.overdrawn.saturating_sub(overdrawn);
        if let Some(account) = self.owner.account() {
            account.give_back(bytes, overdrawn);
        }
        bytes
    }

    /// Takes `bytes` of what is not filled out as a reservation of their own, or as much as there is of it.
    pub fn split(&mut self, bytes: u64) -> Self {
        let bytes = bytes.min(self.unfilled_bytes());
        self.reserved = self.reserved.saturating_sub(bytes);
        // What is overdrawn goes along where this one could no longer give it back. Else it stays here, and so does that this one need not wait to grow.
        let overdrawn = bytes.min(self.overdrawn.saturating_sub(self.unfilled_bytes()));
        self.overdrawn = self.overdrawn.saturating_sub(overdrawn);
        let owner = self.owner.begin_another();
        Self { owner, reserved: bytes, filled: 0, overdrawn }
    }

    /// Makes one of this and `other`, a reservation of the same limiter. One of another limiter is returned as it is.
    ///
    /// # Errors
    ///
    /// `other` where it is of another limiter, or one of both was made in the process that this one was forked from,
    /// or together they are more than `u64::MAX` bytes.
    pub fn merge(&mut self, mut other: Self) -> Result<(), Self> {
        let same = match (self.owner.account(), other.owner.account()) {
            (None, None) => {
                self.owner.component().map(Arc::as_ptr) == other.owner.component().map(Arc::as_ptr)
            }
            (Some(own), Some(others)) => own.is(others),
            _ => false,
        };
        let Some(reserved) = self.reserved.checked_add(other.reserved).filter(|_| same) else {
            return Err(other);
        };
        self.reserved = reserved;
        other.reserved = 0;
        self.filled = self.filled.saturating_add(std::mem::take(&mut other.filled));
        self.overdrawn = self.overdrawn.saturating_add(std::mem::take(&mut other.overdrawn));
        Ok(())
    }

    /// The caller is done: of what was promised, `actual_bytes` are allocated by now and count as live. The rest is given back.
    ///
    /// For a caller that cannot run all that allocates inside of [`scope`](Self::scope). More than was promised is no error: it was live
    /// before anybody could be asked.
    pub fn settle(&mut self, actual_bytes: u64) {
        let left = self.unfilled_bytes();
        (self.reserved, self.filled) = (actual_bytes, actual_bytes);
        if let Some(account) = self.owner.account() {
            account.give_back(left, std::mem::take(&mut self.overdrawn));
        }
    }
}

impl Drop for Reservation {
    #[inline]
    fn drop(&mut self) {
        if let Some(account) = self.owner.account() {
            account.end_reservation(self.unfilled_bytes(), self.overdrawn);
        }
    }
}
