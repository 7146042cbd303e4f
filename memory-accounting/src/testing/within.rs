//! Whether a component stays within its bounds.

use std::panic::Location;

use super::measure::FreshGroup;
use super::{BoundsReport, MeasureError};
use crate::allocator::{AllocationGroupToken, Track};
use crate::bounds::{ComponentBounds, MemoryBounds};

/// Runs a workload of `component` and fails when it ever held more than `component` declares, and when nothing was measured.
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
/// When the peak is above what is declared, with every declared entry, the peak, how many bytes nobody declared, and which
/// fields are not counted; when the declaration overflows; when bytes are declared and [nothing was measured](BoundsReport::is_empty),
/// with what may have happened; and when nothing can be measured (see [`MeasureError`]). A workload that rightly allocates nothing is
/// held to its bounds with [`bounds_report`].
#[track_caller]
#[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
pub fn assert_within_bounds<T>(
    component: &(impl MemoryBounds + ?Sized),
    workload: impl FnOnce(AllocationGroupToken) -> T,
) -> BoundsReport {
    match verdict(bounds_report(component, workload)) {
        Ok(report) => report,
        Err(failure) => panic!("{failure}"),
    }
}

/// As [`assert_within_bounds`], for a workload that is a future.
///
/// `component` declares its bounds in this call; the future that is returned does not borrow it.
///
/// # Panics
///
/// When it is awaited, in the same cases. The panic itself is located in this crate, so its message names the line of this
/// call.
#[track_caller]
#[expect(clippy::panic, reason = "an assertion for tests; it is what their caller asked for")]
pub fn assert_within_bounds_async<C, W, F>(
    component: &C,
    workload: W,
) -> impl Future<Output = BoundsReport> + use<C, W, F>
where
    C: MemoryBounds + ?Sized,
    W: FnOnce(AllocationGroupToken) -> F,
    F: Future,
{
    let caller = Location::caller();
    let report = bounds_report_async(component, workload);
    async move {
        match verdict(report.await) {
            Ok(report) => report,
            Err(failure) => panic!("asserted at {caller}: {failure}"),
        }
    }
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
/// `component` declares its bounds in this call; the future that is returned does not borrow it.
///
/// # Errors
///
/// When nothing can be measured; the workload is not made then.
pub fn bounds_report_async<C, W, F>(
    component: &C,
    workload: W,
) -> impl Future<Output = Result<BoundsReport, MeasureError>> + use<C, W, F>
where
    C: MemoryBounds + ?Sized,
    W: FnOnce(AllocationGroupToken) -> F,
    F: Future,
{
    let bounds = AllocationGroupToken::root().scope(|| ComponentBounds::of(component));
    async move {
        let group = FreshGroup::new()?;
        let workload = group.token().scope(|| workload(group.token())).track_allocations(group.token());
        let result = workload.await;
        Ok(BoundsReport::new(bounds, &group.measurement(result)))
    }
}

/// The report of a component that is within its bounds, or what the test that it fails says.
fn verdict(report: Result<BoundsReport, MeasureError>) -> Result<BoundsReport, String> {
    match report {
        Ok(report) if report.is_within() => Ok(report),
        Ok(report) if report.unpolled_future().is_some() => Err(format!(
            "nothing was measured, because nobody has polled what the workload returned; `assert_within_bounds_async` awaits it\n{report}"
        )),
        Ok(report) if report.is_empty() => Err(format!(
            "nothing was measured; what was built before, in another group, or on a thread or in a task that does not carry the group \
             is not seen\n{report}"
        )),
        Ok(report) => Err(format!("the component holds more than it declares\n{report}")),
        Err(error) => Err(error.to_string()),
    }
}
