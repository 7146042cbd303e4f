//! The counts of a group at one moment.

use serde::Serialize;

/// The counts of one group, or of several merged, at one moment. What was ever counted is in 64 bits on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllocationStatsSnapshot {
    /// Bytes ever allocated.
    pub allocated_bytes: u64,
    /// Allocations ever allocated.
    pub allocated_objects: u64,
    /// Bytes ever deallocated.
    pub deallocated_bytes: u64,
    /// Allocations ever deallocated.
    pub deallocated_objects: u64,
}

impl AllocationStatsSnapshot {
    /// The snapshot of a group that has done nothing.
    pub const fn empty() -> Self {
        Self { allocated_bytes: 0, allocated_objects: 0, deallocated_bytes: 0, deallocated_objects: 0 }
    }

    /// Bytes allocated and not deallocated; zero where more was deallocated than allocated, as in the difference of
    /// two snapshots.
    pub const fn live_bytes(&self) -> usize {
        to_usize(self.allocated_bytes.saturating_sub(self.deallocated_bytes))
    }

    /// Allocations not deallocated; zero where more were deallocated than allocated.
    pub const fn live_objects(&self) -> usize {
        to_usize(self.allocated_objects.saturating_sub(self.deallocated_objects))
    }

    /// Adds the counts of `other`.
    pub const fn merge(&mut self, other: &Self) {
        self.allocated_bytes = self.allocated_bytes.saturating_add(other.allocated_bytes);
        self.allocated_objects = self.allocated_objects.saturating_add(other.allocated_objects);
        self.deallocated_bytes = self.deallocated_bytes.saturating_add(other.deallocated_bytes);
        self.deallocated_objects = self.deallocated_objects.saturating_add(other.deallocated_objects);
    }

    pub(crate) const fn since(&self, previous: &Self) -> Self {
        Self {
            allocated_bytes: self.allocated_bytes.saturating_sub(previous.allocated_bytes),
            allocated_objects: self.allocated_objects.saturating_sub(previous.allocated_objects),
            deallocated_bytes: self.deallocated_bytes.saturating_sub(previous.deallocated_bytes),
            deallocated_objects: self.deallocated_objects.saturating_sub(previous.deallocated_objects),
        }
    }
}

/// The number, or the greatest there is: what is alive fits the address space.
#[expect(clippy::cast_possible_truncation, reason = "compared before")]
pub(crate) const fn to_usize(count: u64) -> usize {
    if count > usize::MAX as u64 { usize::MAX } else { count as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: AllocationStatsSnapshot = AllocationStatsSnapshot {
        allocated_bytes: 100,
        allocated_objects: 5,
        deallocated_bytes: 60,
        deallocated_objects: 2,
    };

    #[test]
    fn live_is_what_was_not_deallocated() {
        assert_eq!((SOME.live_bytes(), SOME.live_objects()), (40, 3));
    }

    #[test]
    fn live_is_never_negative() {
        let freed = AllocationStatsSnapshot { allocated_bytes: 1, allocated_objects: 1, ..SOME };
        assert_eq!((freed.live_bytes(), freed.live_objects()), (0, 0));
    }

    #[test]
    fn merging_adds_every_count_and_stays_at_the_top() {
        let mut merged = AllocationStatsSnapshot::empty();
        merged.merge(&SOME);
        assert_eq!(merged, SOME);
        merged.merge(&AllocationStatsSnapshot { allocated_bytes: u64::MAX, ..SOME });
        assert_eq!(
            merged,
            AllocationStatsSnapshot {
                allocated_bytes: u64::MAX,
                allocated_objects: 10,
                deallocated_bytes: 120,
                deallocated_objects: 4,
            }
        );
    }

    #[test]
    fn a_delta_is_the_difference_of_every_count() {
        let mut later = SOME;
        later.merge(&AllocationStatsSnapshot { deallocated_objects: 1, ..AllocationStatsSnapshot::empty() });
        assert_eq!(
            later.since(&SOME),
            AllocationStatsSnapshot { deallocated_objects: 1, ..AllocationStatsSnapshot::empty() }
        );
    }
}
