//! Whether a component stays within its bounds.

use super::measure::FreshGroup;
use super::{BoundsReport, MeasureError};
use crate::allocator::{AllocationGroupToken, Track};
use crate::{ComponentBounds, MemoryBounds};

/// Runs a workload of `component` and fails when it ever held more than `component` declares.
///
/// The workload is given the group it is measured in, for the threads and tasks it starts. What it returns is dropped
/// after the measurement, so returning what it built shows in [`BoundsReport::live_bytes`].
///
/// ```
/// # use memory_accounting::allocator::TrackingAllocator;
/// # #[global_allocator]
/// # static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
/// # use memory_accounting::{MemoryBounds, MemoryBoundsBuilder};
/// use memory_accounting::testing::assert_within_bounds;
///
/// struct Workers { count: usize }
///
/// impl MemoryBounds for Workers {
///     fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
///         builder.firm().with_array::<[u8; 4096]>("scratch", self.count);
///     }
/// }
///
/// let report = assert_within_bounds(&Workers { count: 2 }, |group| {
///     std::thread::scope(|threads| {
///         threads.spawn(group.wrap(|| drop(vec![0_u8; 4096])));
///     });
/// });
/// assert!(report.headroom_percent() <= 50.0);
/// ```
///
/// # Panics
///
/// When the peak is above what is declared, with every declared entry, the peak, and how many bytes nobody declared;
/// when the declaration overflows; and when nothing can be measured (see [`MeasureError`]).
#[track_caller]
pub fn assert_within_bounds<T>(
    component: &(impl MemoryBounds + ?Sized),
    workload: impl FnOnce(AllocationGroupToken) -> T,
) -> BoundsReport {
    hold(bounds_report(component, workload))
}

/// As [`assert_within_bounds`], for a workload that is a future.
///
/// # Panics
///
/// In the same cases.
pub async fn assert_within_bounds_async<F: Future>(
    component: &(impl MemoryBounds + ?Sized),
    workload: impl FnOnce(AllocationGroupToken) -> F,
) -> BoundsReport {
    hold(bounds_report_async(component, workload).await)
}

/// Runs a workload of `component` and compares what it held with what `component` declares.
///
/// # Errors
///
/// When nothing can be measured; the workload is not run then.
pub fn bounds_report<T>(
    component: &(impl MemoryBounds + ?Sized),
    workload: impl FnOnce(AllocationGroupToken) -> T,
) -> Result<BoundsReport, MeasureError> {
    let bounds = AllocationGroupToken::root().scope(|| ComponentBounds::of(component));
    let group = FreshGroup::new()?;
    let result = group.token().scope(|| workload(group.token()));
    Ok(BoundsReport::new(bounds, &group.measurement(result)))
}

/// As [`bounds_report`], for a workload that is a future.
///
/// # Errors
///
/// When nothing can be measured; the workload is not made then.
pub async fn bounds_report_async<F: Future>(
    component: &(impl MemoryBounds + ?Sized),
    workload: impl FnOnce(AllocationGroupToken) -> F,
) -> Result<BoundsReport, MeasureError> {
    let bounds = AllocationGroupToken::root().scope(|| ComponentBounds::of(component));
    let group = FreshGroup::new()?;
    let workload = group.token().scope(|| workload(group.token())).track_allocations(group.token());
    let result = workload.await;
    Ok(BoundsReport::new(bounds, &group.measurement(result)))
}

#[track_caller]
#[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
fn hold(report: Result<BoundsReport, MeasureError>) -> BoundsReport {
    match report {
        Ok(report) if report.is_within() => report,
        Ok(report) => panic!("the component holds more than it declares\n{report}"),
        Err(error) => panic!("{error}"),
    }
}
