//! What callers ask of a limiter: to go on, and for bytes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::account::{Account, Owner};
use super::error::{MemoryScarce, ReserveError, ReserveReason, WaitTimedOut};
use super::level::Level;
use super::queue::Request;
use super::reservation::Reservation;
use super::sampler::Sampled;
use super::wait::{AboveLimit, Wait, block_on};
use super::{MemoryLimiter, refusal, service};

impl MemoryLimiter {
    /// Returns at once while there is room, and after a while where memory is scarce.
    ///
    /// Works on every async runtime. Dropping the future leaves nothing behind. Below `Soft` nobody waits, and nobody is counted; see
    /// [`check`](Self::check).
    pub async fn wait_for_capacity(&self) {
        let Some(sampled) = self.unless_open() else { return };
        let _ = Wait::new(sampled.admission(), self.component.as_ref(), Request::Capacity).await;
    }

    /// Waits on this thread, for at most `time`.
    ///
    /// # Errors
    ///
    /// Where the time is over before the caller may go on.
    pub fn wait_for_capacity_blocking(&self, time: Duration) -> Result<(), WaitTimedOut> {
        let Some(sampled) = self.unless_open() else { return Ok(()) };
        let waited =
            block_on(Wait::new(sampled.admission(), self.component.as_ref(), Request::Capacity), time);
        waited.map(|_| ()).ok_or_else(|| {
            let scarce = sampled.admission().scarcity(self.component.as_deref(), Instant::now());
            WaitTimedOut { time, scarce }
        })
    }

    /// Whether a caller may go on now.
    ///
    /// In `Soft` as many may as there is thought to be room for, and in `Hard` none.
    ///
    /// Below `Soft` all may, and nobody is counted: that is why it costs three loads. All who ask before the first of them has allocated
    /// go on, and what they take together has to fit between `Soft` and the limit, a fifth of it. Where that is not so, such as 500 connections
    /// of 64 KiB at 100 MiB, let them [`reserve`](Self::reserve), or begin `Soft` that much lower
    /// ([`tracked_soft_percent`](super::LimiterSettings::tracked_soft_percent)).
    ///
    /// # Errors
    ///
    /// [`MemoryScarce`] where it should not: a server answers 429 or 503.
    #[inline]
    pub fn check(&self) -> Result<(), MemoryScarce> {
        match self.unless_open() {
            None => Ok(()),
            Some(sampled) => {
                service::ensure_running();
                sampled.admission().check(self.component.as_deref(), Instant::now())
            }
        }
    }

    /// The limiter, where a caller has to ask further.
    #[inline]
    fn unless_open(&self) -> Option<&Arc<Sampled>> {
        let sampled = self.sampled.as_ref()?;
        if sampled.admission().is_open() && !self.is_over_its_bound() {
            return None;
        }
        if self.is_exempt {
            sampled.admission().counters.exempted.increment();
            return None;
        }
        Some(sampled)
    }

    /// Whether a component's bound holds callers back also while memory is not scarce.
    #[inline]
    fn is_over_its_bound(&self) -> bool {
        let component = self.component.as_ref().filter(|component| component.is_always_held());
        component.is_some_and(|component| component.excess(0, Level::Normal, false) > 0)
    }

    /// Promises `bytes` to the caller, once there is room for them.
    ///
    /// # Errors
    ///
    /// [`ReserveReason::AboveLimit`] for more than the effective limit, also where that becomes less meanwhile. See [`ReserveError`].
    pub async fn reserve(&self, bytes: u64) -> Result<Reservation, ReserveError> {
        let Some(sampled) = &self.sampled else {
            return Ok(self.promised_by_nobody(bytes));
        };
        let admission = sampled.admission();
        if !self.reserves_at_once(sampled, bytes) {
            refusal::unless_within_limit(admission, self.component.as_ref(), bytes, bytes)?;
            let wait = Wait::new(admission, self.component.as_ref(), Request::Reservation(bytes));
            wait.await.map_err(|AboveLimit| {
                refusal::above_limit(admission, self.component.as_deref(), bytes, bytes)
            })?;
        }
        Ok(self.reserved(sampled, bytes))
    }

    /// Waits on this thread, for at most `time`.
    ///
    /// # Errors
    ///
    /// As [`reserve`](Self::reserve); and [`ReserveReason::TimedOut`].
    pub fn reserve_blocking(&self, bytes: u64, time: Duration) -> Result<Reservation, ReserveError> {
        match (block_on(self.reserve(bytes), time), &self.sampled) {
            (Some(result), _) => result,
            (None, Some(sampled)) => {
                Err(refusal::of(sampled.admission(), self.component.as_ref(), ReserveReason::TimedOut, bytes))
            }
            (None, None) => Ok(self.promised_by_nobody(bytes)),
        }
    }

    /// Promises `bytes` to the caller if there is room for them now, and nobody waits for it.
    ///
    /// # Errors
    ///
    /// [`ReserveReason::NoRoom`] where there is none now, and [`ReserveReason::AboveLimit`] where there never is.
    #[inline]
    pub fn try_reserve(&self, bytes: u64) -> Result<Reservation, ReserveError> {
        match &self.sampled {
            None => Ok(self.promised_by_nobody(bytes)),
            Some(sampled) if self.reserves_at_once(sampled, bytes) => Ok(self.reserved(sampled, bytes)),
            Some(sampled) => self.try_reserve_scarce(sampled, bytes),
        }
    }

    #[cold]
    fn try_reserve_scarce(&self, sampled: &Sampled, bytes: u64) -> Result<Reservation, ReserveError> {
        let (admission, component) = (sampled.admission(), self.component.as_ref());
        refusal::unless_within_limit(admission, component, bytes, bytes)?;
        service::ensure_running();
        if !admission.request_at_once(Request::Reservation(bytes), component, Instant::now()) {
            return Err(refusal::of(admission, component, ReserveReason::NoRoom, bytes));
        }
        Ok(self.reserved(sampled, bytes))
    }

    #[inline]
    fn reserves_at_once(&self, sampled: &Sampled, bytes: u64) -> bool {
        let admission = sampled.admission();
        // Bounds of components are held to under the lock, where they have to be.
        let may = self
            .component
            .as_ref()
            .is_none_or(|component| admission.is_open() && !component.is_always_held());
        if may && admission.try_reserve_at_once(bytes) {
            self.component.iter().for_each(|component| component.promise(bytes));
            return true;
        }
        if self.is_exempt {
            admission.counters.exempted.increment();
            admission.grant_anyway(Request::Reservation(bytes), self.component.as_ref());
        }
        self.is_exempt
    }

    #[inline]
    fn reserved(&self, sampled: &Sampled, bytes: u64) -> Reservation {
        let place = sampled.admission().place();
        let account = Account::new(place, self.component.clone());
        let account = if self.is_exempt { account.exempt() } else { account };
        Reservation::new(Owner::Held(account), bytes)
    }

    #[inline]
    fn promised_by_nobody(&self, bytes: u64) -> Reservation {
        Reservation::new(Owner::Free(self.component.clone()), bytes)
    }
}
