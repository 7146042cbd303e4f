//! What a piece of code allocates.

use std::sync::Once;

use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken, Track, install_panic_hook};

/// What measured code returned and allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Measurement<T> {
    /// What the code returned.
    pub value: T,
    /// Bytes alive when it returned: what [`value`](Self::value) owns, and what was put elsewhere or leaked.
    pub live: usize,
    /// The most bytes that were alive at one instant; a reallocation has its old and new block alive together.
    pub peak: usize,
    /// How many times it allocated; a reallocation is one.
    pub allocations: u64,
}

/// Why nothing could be measured. The code to measure has not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// The program's global allocator is not a [`TrackingAllocator`](crate::allocator::TrackingAllocator).
    #[error(
        "the tracking allocator is not installed, so nothing can be measured; add to this binary: \
         #[global_allocator] static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);"
    )]
    AllocatorNotInstalled,
    /// Every allocation group of the process is taken, by components or by what lives on of earlier measurements.
    #[error(
        "all allocation groups of the process are taken, so nothing more can be measured; drop the values of earlier \
         measurements: what lives on of one keeps the place of its group"
    )]
    NoGroupLeft,
}

/// Runs `work` and measures what it allocates.
///
/// Where `work` is `async` that is what making its future takes, and not what the future does: see [`measure_async`].
///
/// ```
/// # use memory_accounting::allocator::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
/// use memory_accounting::testing::measure;
///
/// let measured = measure(|| {
///     let scratch = vec![0_u8; 1000];
///     scratch[..10].to_vec()
/// })?;
/// assert_eq!((measured.live, measured.peak, measured.allocations), (10, 1010, 2));
/// # Ok::<(), memory_accounting::testing::MeasureError>(())
/// ```
///
/// # Errors
///
/// When nothing can be measured; `work` is not run then.
pub fn measure<T>(work: impl FnOnce() -> T) -> Result<Measurement<T>, MeasureError> {
    let group = FreshGroup::new()?;
    let value = group.token().scope(work);
    Ok(group.measurement(value))
}

/// Polls `work` to its end and measures what it allocates.
///
/// What was allocated to make the future, such as the box around it, is not counted.
///
/// # Errors
///
/// When nothing can be measured; `work` is not polled then.
pub async fn measure_async<F: Future>(work: F) -> Result<Measurement<F::Output>, MeasureError> {
    let group = FreshGroup::new()?;
    let value = work.track_allocations(group.token()).await;
    Ok(group.measurement(value))
}

/// Whether the panic hook was installed.
static PANIC_HOOK: Once = Once::new();

/// A group that nobody else uses and whose peak is exact; removed when dropped, so that tests may measure without end.
pub(super) struct FreshGroup(AllocationGroupToken);

impl FreshGroup {
    pub(super) fn new() -> Result<Self, MeasureError> {
        if !AllocationGroupRegistry::allocator_installed() {
            return Err(MeasureError::AllocatorNotInstalled);
        }
        // A panic that is caught is not to be what is measured: its backtrace costs more than most components declare.
        PANIC_HOOK.call_once(install_panic_hook);
        // Where measurements nest, the name of the inner one is not what the outer one is about.
        let group = AllocationGroupToken::root().scope(|| {
            AllocationGroupRegistry::global().register_distinct_allocation_group("memory_accounting::testing")
        });
        if group == AllocationGroupToken::root() {
            return Err(MeasureError::NoGroupLeft);
        }
        group.track_exact_peak();
        Ok(Self(group))
    }

    pub(super) fn token(&self) -> AllocationGroupToken {
        self.0
    }

    /// What it has counted by now.
    pub(super) fn measurement<T>(&self, value: T) -> Measurement<T> {
        let stats = self.0.stats();
        Measurement {
            value,
            live: stats.live_bytes(),
            peak: self.0.peak_bytes(),
            allocations: stats.allocated_objects,
        }
    }
}

impl Drop for FreshGroup {
    fn drop(&mut self) {
        AllocationGroupRegistry::global().remove_allocation_group(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_tracking_allocator_nothing_runs_and_the_reason_is_given() {
        let mut ran = false;
        let refused = measure(|| ran = true).unwrap_err();
        assert_eq!(refused, MeasureError::AllocatorNotInstalled);
        assert!(refused.to_string().starts_with("the tracking allocator is not installed"), "{refused}");
        assert!(!ran);
    }

    #[test]
    fn where_groups_ran_out_it_says_what_to_do() {
        let message = MeasureError::NoGroupLeft.to_string();
        assert!(message.contains("drop the values of earlier measurements"), "{message}");
    }
}
