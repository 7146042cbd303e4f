//! Whether all reservations of a limiter were given back.

use crate::limiter::MemoryLimiter;

/// Fails while reservations of `limiter` are held: at the end of a test, one that was forgotten, or that a task holds which should have
/// ended.
///
/// ```
/// # use memory_accounting::allocator::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
/// use memory_accounting::testing::assert_no_reservations;
/// use memory_accounting::{MemoryGrant, MemoryLimiter};
///
/// let limiter = MemoryLimiter::new(MemoryGrant::effective(256 * 1024 * 1024)?)?;
/// drop(limiter.try_reserve(64 * 1024)?);
/// assert_no_reservations(&limiter);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Panics
///
/// When there are any, with how many; and for [`MemoryLimiter::noop`], which does not count them.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
pub fn assert_no_reservations(limiter: &MemoryLimiter) {
    match limiter.state() {
        None => panic!("a limiter that limits nothing does not count reservations; use another one in tests"),
        Some(state) if state.reservations > 0 => panic!(
            "reservations are still held: {}, of which {} bytes are not allocated; they were forgotten, or whoever holds them has \
             not ended",
            state.reservations, state.ledger.unfilled_bytes
        ),
        Some(_) => {}
    }
}
