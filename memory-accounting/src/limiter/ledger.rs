//! What is in use, each part of it told apart.

use serde::Serialize;

/// The memory of the process at one moment, in bytes, each part counted once.
///
/// ```text
/// tracked  = live + unfilled
/// held     = tracked + overhead
/// resident = live + retained + overhead      (less pages of live blocks that were never touched)
/// ```
///
/// The effective limit is for what is tracked, and the full one for what is held. What is retained is in neither: it is free, and serves
/// the next allocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ledger {
    /// Allocated and not freed, as reported by the threads. Up to sixteen threads together hold back a hundredth of the limit at most, or 1 KiB each
    /// where that is more; `n` threads `1 + ln(n / 16)` times as much while they come and go. One that was idle since before the limiter was made may
    /// hold back its batch of then. 0 without a tracking allocator.
    pub live_bytes: u64,
    /// Reserved and not allocated yet.
    pub unfilled_bytes: u64,
    /// Resident memory that no allocation holds and that will not serve one: stacks, code that was written to, C libraries,
    /// other processes of the group.
    pub overhead_bytes: u64,
    /// Resident memory that was freed and that the allocator keeps for what is allocated next.
    pub retained_bytes: u64,
    /// What the kernel would end the process for, by the newest reading; `None` where it cannot be read, or the last reading
    /// is too old.
    pub resident_bytes: Option<u64>,
}

impl Ledger {
    /// Live and unfilled.
    pub fn tracked_bytes(&self) -> u64 {
        self.live_bytes.saturating_add(self.unfilled_bytes)
    }

    /// Live, unfilled, and overhead.
    pub fn held_bytes(&self) -> u64 {
        self.tracked_bytes().saturating_add(self.overhead_bytes)
    }
}
