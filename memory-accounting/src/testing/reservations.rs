//! Whether all reservations of a limiter were given back.

use std::panic::Location;
use std::thread;

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
    if let Some(complaint) = complaint(limiter) {
        panic!("{complaint}");
    }
}

fn complaint(limiter: &MemoryLimiter) -> Option<String> {
    let Some(state) = limiter.state() else {
        return Some(
            "a limiter that limits nothing does not count reservations; use another one in tests".to_owned(),
        );
    };
    (state.reservations > 0).then(|| {
        format!(
            "reservations are still held: {}, of which {} bytes are not allocated; they were forgotten, or whoever holds them has \
             not ended",
            state.reservations, state.ledger.unfilled_bytes
        )
    })
}

/// Does the same at the end of a test, wherever that ends, so that no way out of it is forgotten. What is declared after it is dropped
/// before.
///
/// ```
/// # use memory_accounting::allocator::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
/// use memory_accounting::testing::watch_reservations;
/// use memory_accounting::{MemoryGrant, MemoryLimiter};
///
/// let limiter = MemoryLimiter::new(MemoryGrant::effective(256 * 1024 * 1024)?)?;
/// let _watch = watch_reservations(&limiter);
/// let reservation = limiter.try_reserve(64 * 1024)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[track_caller]
pub fn watch_reservations(limiter: &MemoryLimiter) -> ReservationWatch {
    ReservationWatch { limiter: limiter.clone(), since: Location::caller() }
}

/// Panics when it is dropped while reservations are held, unless the thread panics already: see [`watch_reservations`].
#[derive(Debug)]
#[must_use = "it looks when it is dropped"]
pub struct ReservationWatch {
    limiter: MemoryLimiter,
    since: &'static Location<'static>,
}

impl Drop for ReservationWatch {
    #[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        if let Some(complaint) = complaint(&self.limiter) {
            panic!("{complaint} (watched since {})", self.since);
        }
    }
}
