//! Slows callers down before the limit is reached.

mod batches;
mod gate;
#[cfg(feature = "tracing")]
mod level_events;
mod pressure;
mod sampler;
mod usage;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use self::gate::Gate;
pub use self::pressure::{Pressure, PressureLevel};
use crate::allocator::AllocationGroupToken;
use crate::grant::MemoryGrant;

/// Pushes back on callers that cooperate as the memory in use nears the grant.
///
/// A caller that is about to take on more work, such as a source before it reads the next packet, first awaits
/// [`wait_for_capacity`](Self::wait_for_capacity). While there is room this returns at once, for the price of reading
/// one number. From nine tenths of the grant on it takes a while, the longer the nearer usage is to the grant; see
/// [`Pressure`]. It always returns: the limiter slows a program down, and never stops it.
///
/// ```
/// use memory_accounting::{MemoryGrant, MemoryLimiter};
///
/// async fn receive(limiter: &MemoryLimiter, packets: &mut Vec<Vec<u8>>) {
///     limiter.wait_for_capacity().await;
///     packets.push(vec![0; 1500]);
/// }
///
/// let grant = MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.1)?;
/// let limiter = MemoryLimiter::new(grant).unwrap_or_else(MemoryLimiter::noop);
/// if let (Some(usage), Some(limit)) = (limiter.usage_bytes(), limiter.limit_bytes()) {
///     println!("{usage} of {limit} bytes: {:?}", limiter.pressure());
/// }
/// # Ok::<(), memory_accounting::GrantError>(())
/// ```
///
/// # What counts as usage
///
/// The greater of two readings: the live bytes of all allocation groups, where a
/// [`TrackingAllocator`](crate::allocator::TrackingAllocator) is installed, and the resident size of the process, where
/// the system tells it (Linux). The first sees an allocation before its pages are touched; the second sees what no
/// component accounts for. [`with_usage_source`](Self::with_usage_source) takes any other reading.
///
/// # How it works
///
/// One thread samples the usage for the limiter and all its clones: rarely while nobody waits, every few milliseconds
/// while somebody does. Waiting callers are not woken to look for themselves; each is woken once, when the newest
/// sample says that it has waited long enough. The thread ends when the last clone is dropped, and what it allocates
/// counts to the root group. It does not outlive a `fork`: a child makes a limiter of its own.
///
/// With the feature `tracing`, the thread emits an event when the [`PressureLevel`] changes, at most one a second.
#[derive(Clone)]
pub struct MemoryLimiter {
    /// `None` for a limiter that never waits.
    sampling: Option<Arc<Sampling>>,
}

/// Keeps the sampling thread running.
struct Sampling {
    gate: Arc<Gate>,
}

impl Drop for Sampling {
    fn drop(&mut self) {
        self.gate.close();
    }
}

impl MemoryLimiter {
    /// A limiter that keeps the process within the effective limit of `grant`.
    ///
    /// `None` where there is neither a tracking allocator nor a readable resident size, so that usage cannot be
    /// known, and where the system refuses to start another thread.
    pub fn new(grant: MemoryGrant) -> Option<Self> {
        Self::with_usage_source(grant, usage::process_bytes)
    }

    /// A limiter that takes what `usage` returns, in bytes, for the memory in use.
    ///
    /// It is called once here, and from then on by the limiter's own thread. A later reading of `None` leaves the
    /// last one standing. Should it panic, the limiter from then on lets everybody through.
    ///
    /// `None` where the first reading is, and where the system refuses to start another thread.
    pub fn with_usage_source(
        grant: MemoryGrant,
        mut usage: impl FnMut() -> Option<usize> + Send + 'static,
    ) -> Option<Self> {
        // What the limiter keeps belongs to no component, whoever makes it.
        AllocationGroupToken::root().scope(|| {
            let gate = Arc::new(Gate::new(grant.effective_limit_bytes(), usage()?));
            let sampling = Arc::new(Sampling { gate: Arc::clone(&gate) });
            sampler::start(gate, usage).ok()?;
            Some(Self { sampling: Some(sampling) })
        })
    }

    /// A limiter that never makes anybody wait.
    pub fn noop() -> Self {
        Self { sampling: None }
    }

    /// Returns at once while there is room, and after a while where there is little; see [`Pressure`].
    ///
    /// A caller that waits goes on as soon as a sample shows that it has waited long enough for the pressure there is
    /// by then: at once when pressure is gone, and after some 100 milliseconds at the latest. Works on every async
    /// runtime. Dropping the future leaves nothing behind.
    pub async fn wait_for_capacity(&self) {
        let Some(sampling) = &self.sampling else { return };
        if sampling.gate.has_room() {
            return;
        }
        if let Some(waiter) = sampling.gate.enter(Instant::now()) {
            waiter.released().await;
        }
    }

    /// The bytes in use by the newest sample, at most a quarter of a second old; `None` for
    /// [`noop`](Self::noop).
    pub fn usage_bytes(&self) -> Option<usize> {
        self.sampling.as_ref().map(|sampling| sampling.gate.usage_bytes())
    }

    /// The bytes that usage is to stay below; `None` for [`noop`](Self::noop).
    pub fn limit_bytes(&self) -> Option<usize> {
        self.sampling.as_ref().map(|sampling| sampling.gate.limit_bytes())
    }

    /// The pressure by the newest sample; none for [`noop`](Self::noop).
    pub fn pressure(&self) -> Pressure {
        self.sampling.as_ref().map_or(Pressure::NONE, |sampling| sampling.gate.pressure())
    }

    /// How many callers are waiting right now.
    pub fn waiting(&self) -> usize {
        self.sampling.as_ref().map_or(0, |sampling| sampling.gate.waiting())
    }
}

impl fmt::Debug for MemoryLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sampling) = &self.sampling else { return f.write_str("MemoryLimiter::noop") };
        f.debug_struct("MemoryLimiter")
            .field("usage_bytes", &sampling.gate.usage_bytes())
            .field("limit_bytes", &sampling.gate.limit_bytes())
            .field("pressure", &sampling.gate.pressure())
            .finish_non_exhaustive()
    }
}
