//! Memory for what a packet may make the aggregator allocate, promised before the packet is on its way.
//!
//! Receiving allocates nothing: packets arrive in buffers that were made at the start. What grows is the aggregator, by the
//! contexts of new lines and by the values it keeps. So the source asks for that much before it hands on a packet, the
//! promise travels with the packet, and what the aggregator allocates for it fills the promise.
//!
//! A packet is promised the most that its lines may take; but all that are on their way together never more than the
//! aggregator has left of its firm limit. That was proved to fit, so an agent that keeps to what it declared is never held
//! back, however full it is, and packets that cannot make anything grow go on whatever happens. It matters where more is in use than was
//! proved to fit: by another process of the container, after the limit was lowered, or in a mode that starts what does not
//! fit. Then the source waits, and the system's socket buffer fills up instead of this process.
//!
//! The promises count for the aggregator, which has a bound of its own: its share of the limit. Should it ever hold more than
//! that while memory is scarce, its packets wait behind everybody who keeps within bounds.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memory_accounting::allocator::AllocationGroupToken;
use memory_accounting::{ComponentLimiter, Reservation, ReserveError};

use crate::protocol;

/// Promises memory to packets.
#[derive(Debug)]
pub(crate) struct Intake {
    aggregator: AllocationGroupToken,
    terms: SharedTerms,
    /// What the packets on their way were promised.
    promised_bytes: Arc<AtomicU64>,
}

/// What packets are promised, and may be changed meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct SharedTerms(Arc<Mutex<Terms>>);

#[derive(Debug, Clone)]
struct Terms {
    /// Holds the aggregator to its share, and the process to its limit.
    limiter: ComponentLimiter,
    /// The most that the aggregator may hold.
    firm_limit_bytes: u64,
    /// The most that one line may make it allocate and keep.
    line_bytes: u64,
}

impl SharedTerms {
    pub(crate) fn set(&self, limiter: ComponentLimiter, firm_limit_bytes: u64, line_bytes: u64) {
        *self.lock() = Terms { limiter, firm_limit_bytes, line_bytes };
    }

    fn lock(&self) -> MutexGuard<'_, Terms> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intake {
    pub(crate) fn new(
        limiter: ComponentLimiter,
        aggregator: AllocationGroupToken,
        firm_limit_bytes: u64,
        line_bytes: u64,
    ) -> Self {
        let terms = Terms { limiter, firm_limit_bytes, line_bytes };
        Self { aggregator, terms: SharedTerms(Arc::new(Mutex::new(terms))), promised_bytes: Arc::default() }
    }

    pub(crate) fn terms(&self) -> SharedTerms {
        self.terms.clone()
    }

    /// One that never holds anything back.
    #[cfg(test)]
    pub(crate) fn unlimited() -> Self {
        let anybody = memory_accounting::ComponentRegistry::default();
        anybody.bounds_builder().firm().with_fixed_amount("anything", 1);
        let limiter = memory_accounting::MemoryLimiter::noop().component(&anybody).start().unwrap();
        Self::new(limiter, AllocationGroupToken::root(), u64::MAX, 1_000)
    }

    /// Waits until there is room for what the packet may take. An error means that there never is.
    pub(super) async fn promise(&self, packet: &[u8]) -> Result<Promise, ReserveError> {
        let terms = self.terms.lock().clone();
        let bytes = self.most_bytes(&terms, packet);
        if bytes == 0 {
            return Ok(Promise::default());
        }
        let reservation = terms.limiter.reserve(bytes).await?;
        self.promised_bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(Promise { reserved: Some((reservation, Arc::clone(&self.promised_bytes))) })
    }

    fn most_bytes(&self, terms: &Terms, packet: &[u8]) -> u64 {
        let live = u64::try_from(self.aggregator.stats().live_bytes()).unwrap_or(u64::MAX);
        let taken = live.saturating_add(self.promised_bytes.load(Ordering::Relaxed));
        let left = terms.firm_limit_bytes.saturating_sub(taken);
        let lines = u64::try_from(protocol::lines(packet).count()).unwrap_or(u64::MAX);
        lines.saturating_mul(terms.line_bytes).min(left)
    }
}

/// Bytes that a packet on its way was promised; dropping it gives back what is left.
#[derive(Debug, Default)]
pub(super) struct Promise {
    /// And the sum that it is part of.
    reserved: Option<(Reservation, Arc<AtomicU64>)>,
}

impl Promise {
    /// Runs `work`; what it leaves allocated is what was promised.
    pub(super) fn fill(&mut self, work: impl FnOnce()) {
        match &mut self.reserved {
            Some((reservation, _)) => reservation.scope(work),
            None => work(),
        }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Some((reservation, promised_bytes)) = &self.reserved {
            promised_bytes.fetch_sub(reservation.bytes(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
