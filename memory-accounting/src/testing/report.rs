//! Declared against measured.

use std::any::type_name;

use super::Measurement;
use crate::bounds::ComponentBounds;

/// What a component declares, and what its workload held.
///
/// [`Display`](std::fmt::Display) prints every declared entry with its bytes, the peak, and how the two compare.
#[derive(Clone, Debug)]
pub struct BoundsReport {
    bounds: ComponentBounds,
    peak: usize,
    live: usize,
    allocations: u64,
    unpolled_future: Option<&'static str>,
}

impl BoundsReport {
    pub(super) fn new<T>(bounds: ComponentBounds, measured: &Measurement<T>) -> Self {
        let name = type_name::<T>();
        Self {
            bounds,
            peak: measured.peak,
            live: measured.live,
            allocations: measured.allocations,
            unpolled_future: is_name_of_future(name).then_some(name),
        }
    }

    /// What the component declares.
    pub fn bounds(&self) -> &ComponentBounds {
        &self.bounds
    }

    /// The most bytes it declares to hold, its firm limit; `usize::MAX` when the declaration overflows.
    pub fn declared_bytes(&self) -> usize {
        self.bounds.total_firm_limit_bytes()
    }

    /// The most bytes the workload held at one instant.
    pub fn peak_bytes(&self) -> usize {
        self.peak
    }

    /// Bytes that were alive when the workload returned, what it returned included.
    pub fn live_bytes(&self) -> usize {
        self.live
    }

    /// How many times the workload allocated in the group it was measured in.
    pub fn allocations(&self) -> u64 {
        self.allocations
    }

    /// Bytes of the peak that nobody declared.
    pub fn undeclared_bytes(&self) -> usize {
        self.peak.saturating_sub(self.declared_bytes())
    }

    /// Declared bytes that the peak left unused.
    pub fn headroom_bytes(&self) -> usize {
        self.declared_bytes().saturating_sub(self.peak)
    }

    /// The part of the declared bytes that the peak left unused, in percent; 0 where nothing is declared.
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs no more than 52 bits")]
    pub fn headroom_percent(&self) -> f64 {
        match self.declared_bytes() {
            0 => 0.0,
            declared => self.headroom_bytes() as f64 / declared as f64 * 100.0,
        }
    }

    /// Whether nothing was measured: bytes are declared, and the workload allocated nothing, or returned a future that nobody has polled.
    /// Any peak would be within bounds then. [What is measured](super#what-is-measured) tells how that comes about.
    pub fn is_empty(&self) -> bool {
        self.has_allocated_nothing() || self.unpolled_future.is_some()
    }

    /// Whether something was measured, and the peak is at most what is declared. A declaration that overflows is no bound, and holds
    /// nothing.
    pub fn is_within(&self) -> bool {
        !self.is_empty() && self.bounds.checked_firm_limit().is_some_and(|declared| self.peak <= declared)
    }

    pub(super) fn has_allocated_nothing(&self) -> bool {
        self.allocations == 0 && self.declared_bytes() > 0
    }

    /// The type of the future that the workload returned.
    pub(super) fn unpolled_future(&self) -> Option<&'static str> {
        self.unpolled_future
    }
}

/// How the name of such a future may end. Rust 1.85 adds how it is called to that of what an `async` closure returns; without the end of it,
/// where that of a wrapper was cut off.
const ENDS_OF_FUTURES: [&str; 7] = ["", "<i8>", "<i8", "<i16>", "<i16", "<i32>", "<i32"];

/// Whether a type is a future that somebody wrote with `async`, alone, pinned or tracked: nothing else tells what a workload returned
/// without refusing what is none. A closure has the same name as an `async` block, and is what hardly any workload returns.
fn is_name_of_future(name: &str) -> bool {
    let inner = ["core::pin::Pin<", "memory_accounting::allocator::tracked::Tracked<"]
        .into_iter()
        .find_map(|wrapper| name.strip_prefix(wrapper));
    match inner {
        Some(inner) => {
            is_name_of_future(inner.trim_end_matches('>'))
                || inner.contains("dyn core::future::future::Future")
        }
        None => name.rsplit_once("{{closure}}").is_some_and(|(_, end)| ENDS_OF_FUTURES.contains(&end)),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use super::*;
    use crate::allocator::Track;

    fn name_of<T>(_: &T) -> &'static str {
        type_name::<T>()
    }

    #[test]
    fn futures_are_told_by_their_names() {
        async fn named() {
            std::future::ready(()).await;
        }
        assert!(is_name_of_future(name_of(&async {})));
        assert!(is_name_of_future(name_of(&named())));
        assert!(is_name_of_future(name_of(&Box::pin(async {}))));
        let boxed: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async {});
        assert!(is_name_of_future(name_of(&boxed)));
        assert!(is_name_of_future(name_of(&async {}.in_current_allocation_group())));
        assert!(is_name_of_future(name_of(&boxed.in_current_allocation_group())));
    }

    #[test]
    fn what_workloads_return_is_none() {
        assert!(!is_name_of_future(name_of(&())));
        assert!(!is_name_of_future(name_of(&vec![(String::new(), 3)])));
        let boxed: Box<dyn Fn()> = Box::new(|| ());
        assert!(!is_name_of_future(name_of(&boxed)));
        let queue: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
        assert!(!is_name_of_future(name_of(&queue)));
        assert!(!is_name_of_future(name_of(&Box::pin(3))));
    }
}
