//! The handle of a component that is held to its bound.

use std::fmt;
use std::time::Duration;

use super::MemoryLimiter;
use super::component_builder::ComponentLimiterBuilder;
use super::component_state::ComponentState;
use super::error::{MemoryScarce, ReserveError, WaitTimedOut};
use super::reservation::Reservation;
use crate::registry::ComponentRegistry;

/// Holds one component to its bound, and the process to its limit: the calls are those of [`MemoryLimiter`].
///
/// The bound is the firm limit that the component declares, or a [`MemoryShare`](crate::MemoryShare). It is for all that is live or reserved in the
/// component and in everything below it. A limiter that is made [below another](Self::component) is held to both bounds.
///
/// ```
/// use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryLimiter};
///
/// let registry = ComponentRegistry::default();
/// let source = registry.get_or_create("source");
/// source.bounds_builder().firm().with_fixed_amount("packets", 1024 * 1024);
///
/// let limiter = MemoryLimiter::new(MemoryGrant::with_slop_factor(256 * 1024 * 1024, 0.15)?)?;
/// let packets = limiter.component(&source).start()?;
/// let reservation = packets.try_reserve(64 * 1024)?;
/// assert_eq!(source.usage().reserved_bytes, Some(64 * 1024));
/// drop(reservation);
/// assert_eq!(source.usage().reserved_bytes, Some(0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it does
///
/// By [default](super::Enforcement::WhileScarce) a component is held to its bound only while the process is in `Soft` or `Hard`. One that is over
/// its bound then waits behind all who are not, and those of several components in the order of used by bound, the one furthest over last.
/// It goes on when it has freed enough, or memory is no longer scarce; and so that nobody waits for ever, one caller of it at a time is let through
/// now and then, as in `Hard`. Within its bound, a component is treated as if it had no limiter of its own.
///
/// A [`Reservation`] counts for the component until it is filled, and what fills it then counts for the component as well:
/// [`Reservation::scope`] and [`Reservation::fill`] run in its allocation group, unless the caller has entered another than the root.
///
/// What a component has live is known as far as threads have reported it, and to the byte twenty times a second while somebody waits.
#[derive(Clone)]
pub struct ComponentLimiter {
    limiter: MemoryLimiter,
}

impl ComponentLimiter {
    pub(super) fn new(limiter: MemoryLimiter) -> Self {
        Self { limiter }
    }

    pub(super) fn limiter(&self) -> &MemoryLimiter {
        &self.limiter
    }

    /// A limiter of `component`, which is below this one: held to its own bound and to this one's.
    pub fn component(&self, component: &ComponentRegistry) -> ComponentLimiterBuilder {
        self.limiter.component(component)
    }

    /// See [`MemoryLimiter::exempt`].
    #[must_use]
    pub fn exempt(&self) -> Self {
        Self { limiter: self.limiter.exempt() }
    }

    /// Returns at once while there is room in the component and in the process, and after a while otherwise; see
    /// [`MemoryLimiter::wait_for_capacity`].
    pub async fn wait_for_capacity(&self) {
        self.limiter.wait_for_capacity().await;
    }

    /// Waits on this thread, for at most `time`.
    ///
    /// # Errors
    ///
    /// Where the time is over before the caller may go on.
    pub fn wait_for_capacity_blocking(&self, time: Duration) -> Result<(), WaitTimedOut> {
        self.limiter.wait_for_capacity_blocking(time)
    }

    /// Whether a caller may go on now; see [`MemoryLimiter::check`].
    ///
    /// # Errors
    ///
    /// [`MemoryScarce`] where it should not, which names the component where its bound is why.
    pub fn check(&self) -> Result<(), MemoryScarce> {
        self.limiter.check()
    }

    /// Promises `bytes` to the caller, once there is room for them in the component and in the process. They count for both.
    ///
    /// # Errors
    ///
    /// As [`MemoryLimiter::reserve`], and for more than the bound where that [always](super::Enforcement::Always) holds.
    pub async fn reserve(&self, bytes: u64) -> Result<Reservation, ReserveError> {
        self.limiter.reserve(bytes).await
    }

    /// Waits on this thread, for at most `time`.
    ///
    /// # Errors
    ///
    /// As [`reserve`](Self::reserve), and where the time is over.
    pub fn reserve_blocking(&self, bytes: u64, time: Duration) -> Result<Reservation, ReserveError> {
        self.limiter.reserve_blocking(bytes, time)
    }

    /// Promises `bytes` to the caller if there is room for them now, and nobody waits for it.
    ///
    /// # Errors
    ///
    /// As [`MemoryLimiter::try_reserve`]; the error names the component where its bound is why.
    pub fn try_reserve(&self, bytes: u64) -> Result<Reservation, ReserveError> {
        self.limiter.try_reserve(bytes)
    }

    /// What the component has at this moment; `None` below a [noop](MemoryLimiter::noop) limiter.
    pub fn state(&self) -> Option<ComponentState> {
        self.limiter.component_state()
    }
}

impl fmt::Debug for ComponentLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ComponentLimiter").field(&self.state()).finish()
    }
}
