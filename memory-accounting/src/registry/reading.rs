//! Reading what every component holds.

use super::groups::Groups;
use super::usage::{ComponentUsage, DeclaredBytes, LiveBytes};
use super::{ComponentRegistry, for_the_root};
use crate::allocator::{AllocationGroupRegistry, AllocationGroupToken, GroupReading, GroupReadings};
use crate::bounds::{ComponentBounds, full_name};
use crate::lock::lock;

impl ComponentRegistry {
    /// What this component and everything below it declared, reserved, have allocated now, and had at most. For the root,
    /// what no component claims is the root's own, so that its total is the whole process.
    ///
    /// Reading registers nothing and changes nothing. Groups are read in one pass and without a lock, those of the whole process
    /// for the root and those of this component and below it otherwise.
    pub fn usage(&self) -> ComponentUsage {
        self.usage_and(|_| ()).0
    }

    /// The usage, and the bounds at the same moment.
    #[cfg(feature = "axum")]
    pub(crate) fn usage_and_bounds(&self) -> (ComponentUsage, ComponentBounds) {
        self.usage_and(|bounds| bounds.cloned().unwrap_or_default())
    }

    /// The usage, and what `read` makes of the bounds at the same moment.
    fn usage_and<T>(&self, read: impl FnOnce(Option<&ComponentBounds>) -> T) -> (ComponentUsage, T) {
        for_the_root(|| {
            let mut readings = AllocationGroupRegistry::allocator_installed().then(|| self.readings());
            let (usage, read) = self.usage_by(readings.as_mut(), read);
            let usage = match readings {
                Some(unclaimed) if self.path.is_empty() => with_process(usage, unclaimed),
                _ => usage,
            };
            (usage, read)
        })
    }

    /// Those of the groups of the whole process for the root, and otherwise of this component and what is below it.
    fn readings(&self) -> GroupReadings {
        if self.path.is_empty() {
            return GroupReadings::of_all();
        }
        let mut tokens = Vec::new();
        if let Some(groups) = lock(&self.components.groups).get(&self.path) {
            groups.visit(&mut |token| tokens.push(token));
        }
        GroupReadings::of(tokens)
    }

    /// The usage where groups hold what `readings` say, of which each component takes its own; none without a tracking allocator.
    fn usage_by<T>(
        &self,
        readings: Option<&mut GroupReadings>,
        read: impl FnOnce(Option<&ComponentBounds>) -> T,
    ) -> (ComponentUsage, T) {
        let (bounds, groups) = (lock(&self.components.bounds), lock(&self.components.groups));
        let bounds = bounds.get(&self.path);
        let read = read(bounds);
        let Some(bounds) = bounds else {
            // It was removed: it declares nothing, and what it holds is the root's.
            return (ComponentUsage::new(self.full_name()), read);
        };
        let path = self.path.iter().map(String::as_str).collect();
        (Walk { path, readings }.component(bounds, groups.get(&self.path)), read)
    }
}

/// A walk from one component to everything below it.
struct Walk<'a, 'r> {
    /// Where it is.
    path: Vec<&'a str>,
    /// What groups hold that no component on the way has taken.
    readings: Option<&'r mut GroupReadings>,
}

impl<'a> Walk<'a, '_> {
    /// The usage of the component it is at, with everything below it.
    fn component(&mut self, bounds: &'a ComponentBounds, groups: Option<&Groups>) -> ComponentUsage {
        let declared = DeclaredBytes::new(bounds.checked_own_minimum(), bounds.checked_own_firm_limit());
        let mut usage = ComponentUsage::new(full_name(&self.path)).with_declared(declared);
        let group = groups.and_then(Groups::own);
        if let Some(reading) = group.and_then(|token| self.readings.as_mut()?.take(token)) {
            usage = usage.with_live(live(&reading), Some(reading.peak_bytes)).with_counted(reading.counted);
            (usage.at_peak_bytes, usage.largest_allocations_bytes) = (reading.at_peak_bytes, sizes(&reading));
            usage.group = group;
        }
        if let Some(bytes) = groups.and_then(Groups::own_reserved_bytes) {
            usage = usage.with_reserved(usize::try_from(bytes).unwrap_or(usize::MAX));
        }
        let below = bounds.subcomponents().map(|(name, bounds)| {
            self.path.push(name);
            let usage = self.component(bounds, groups.and_then(|groups| groups.child(name)));
            self.path.pop();
            usage
        });
        let below = below.collect();
        usage.with_subcomponents(below)
    }
}

/// The root with what no component has taken, and with the peak of the process.
fn with_process(root: ComponentUsage, mut unclaimed: GroupReadings) -> ComponentUsage {
    let of_the_root = unclaimed.take(AllocationGroupToken::root());
    let of_others = unclaimed.left().map(live).fold(LiveBytes::default(), LiveBytes::plus);
    let own = of_the_root.as_ref().map(live).unwrap_or_default().plus(of_others);
    // The sum of two peaks is not the peak of the sum.
    let peak_bytes = of_the_root.as_ref().map(|reading| reading.peak_bytes).filter(|_| of_others.bytes == 0);
    let claimed_at_peak = root.total_at_peak_bytes.unwrap_or(0);
    let mut root = root.with_live(own, peak_bytes);
    // What is left of the moment, since of those that were removed since then there is no reading.
    if let Some(at_peak) = unclaimed.at_peak_bytes() {
        root = root.with_at_peak(at_peak.saturating_sub(claimed_at_peak));
    }
    root.counted = of_the_root.map(|reading| reading.counted);
    root.largest_allocations_bytes = of_the_root.as_ref().map(sizes).unwrap_or_default();
    let live_bytes = root.total_live.map_or(0, |live| live.bytes);
    // Threads report to it in batches, so what is alive may be more.
    root.total_peak_bytes = Some(AllocationGroupRegistry::peak_bytes().max(live_bytes));
    root
}

/// The sizes of its largest blocks.
fn sizes(reading: &GroupReading) -> Vec<usize> {
    let sizes = reading.largest_sizes.iter().filter(|size| **size > 0);
    sizes.map(|size| usize::try_from(*size).unwrap_or(usize::MAX)).collect()
}

fn live(reading: &GroupReading) -> LiveBytes {
    LiveBytes::new(reading.counted.live_bytes(), reading.counted.live_objects())
}
