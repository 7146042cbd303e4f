//! The handle of a group.

use super::guard::TrackingGuard;
use super::process::{directory, slots};
use super::protocol::groups::Group;
use super::snapshot::AllocationStatsSnapshot;
use super::stats::AllocationStats;
use super::thread;

/// The name of the root group, and what a group is called of which nothing is left.
pub(super) const ROOT_NAME: &str = "root";

/// Stands for one allocation group. Made by
/// [`register_allocation_group`](super::AllocationGroupRegistry::register_allocation_group); equal tokens are the same group.
///
/// It outlives the group. When that has been
/// [removed](super::AllocationGroupRegistry::remove_allocation_group), the token is *stale*: entering it enters the root group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllocationGroupToken {
    group: Group,
}

impl AllocationGroupToken {
    pub(super) const fn new(group: Group) -> Self {
        Self { group }
    }

    /// The group that everything counts to which no other group claims.
    pub const fn root() -> Self {
        Self::new(Group::ROOT)
    }

    /// The group that allocations of this thread count to now.
    #[inline]
    pub fn current() -> Self {
        Self::new(thread::current_group())
    }

    /// Makes this group the current one of this thread for as long as the guard lives.
    ///
    /// Guards nest; drop them in the opposite order of entering. Where one is dropped before others that were made after it on the
    /// same thread, those groups are left with it, and dropping their guards later changes nothing, unless the thread has entered
    /// the same groups again by then, as many of them deep. A guard that is forgotten keeps the thread in its group until one
    /// around it is dropped, or the thread ends.
    ///
    /// Who is inside of 948 groups enters the root group, as does a thread that is inside of 30 where the system has no memory for its
    /// counters; there, a forgotten guard also keeps the slot of its group for ever.
    #[inline]
    pub fn enter(self) -> TrackingGuard {
        TrackingGuard::enter(self.group)
    }

    /// Runs `work` with this group current. The group from before is current again afterwards, also when `work` panics.
    #[inline]
    pub fn scope<R>(self, work: impl FnOnce() -> R) -> R {
        match TrackingGuard::try_enter(self.group) {
            Some(_guard) => work(),
            None => self.scope_slow(work),
        }
    }

    /// Out of line, so that nothing is kept for the call in it where it is not needed.
    #[cold]
    #[inline(never)]
    fn scope_slow<R>(self, work: impl FnOnce() -> R) -> R {
        let _guard = TrackingGuard::enter_slow(self.group);
        work()
    }

    /// Ties `work` to this group, for handing it to another thread or keeping it as a callback: wherever the result
    /// is called, it runs as in [`scope`](Self::scope).
    pub fn wrap<R>(self, work: impl FnOnce() -> R) -> impl FnOnce() -> R {
        move || self.scope(work)
    }

    /// The same for what is called more than once, such as a handler or the body of a loop:
    ///
    /// ```
    /// use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken};
    ///
    /// let parser = AllocationGroupRegistry::global().register_allocation_group("parser");
    /// let mut handler = parser.wrap_mut(|size: usize| (AllocationGroupToken::current(), vec![0_u8; size].len()));
    /// assert_eq!(handler(16), (parser, 16));
    /// assert_eq!(handler(8), (parser, 8));
    /// ```
    pub fn wrap_mut<Input, R>(self, mut work: impl FnMut(Input) -> R) -> impl FnMut(Input) -> R {
        move |input| self.scope(|| work(input))
    }

    /// Whether the group has not been removed.
    pub fn is_registered(self) -> bool {
        slots::of(self.group.id()).is_registered(self.group.generation())
    }

    /// Bytes that this thread has allocated in the group, less those of the group that it has freed, counted from an arbitrary point. Only
    /// the difference of two readings on one thread means anything: the net bytes in between, exactly, and below zero where more was freed.
    /// It takes a few loads, since no other thread is asked.
    ///
    /// ```text
    /// let before = token.thread_net_bytes();
    /// token.scope(|| work());
    /// let net = token.thread_net_bytes().zip(before).map(|(after, before)| after.wrapping_sub(before));
    /// ```
    ///
    /// A block of the group counts as freed here whichever thread made it. What is allocated inside of another group that `work` enters counts
    /// for that one, and a block of this group that is reallocated there goes over to it.
    ///
    /// `None` where the thread has no counters of its own, past its end or on a system without memory, and where the slot of the group, which
    /// was removed, is another's. The net bytes are not known then.
    pub(crate) fn thread_net_bytes(self) -> Option<i64> {
        let is_held = slots::of(self.group.id()).is_held(self.group.generation());
        is_held.then(|| thread::net_bytes(self.group.id())).flatten()
    }

    pub(super) const fn group(self) -> Group {
        self.group
    }

    /// The name the group was registered under; `"root"` once it is removed and nothing of it is left.
    pub fn name(self) -> String {
        let directory = directory::lock();
        directory.name_of(self.group).unwrap_or(ROOT_NAME).to_owned()
    }

    /// The counts of the group as they are now; see [`AllocationStats::snapshot`].
    pub fn stats(self) -> AllocationStatsSnapshot {
        AllocationStats::new(self.group).snapshot()
    }

    /// The most bytes that were ever alive in the group; see [`AllocationStats::peak_bytes`].
    pub fn peak_bytes(self) -> usize {
        AllocationStats::new(self.group).peak_bytes()
    }

    /// Makes the peak begin anew, at what is alive now.
    pub fn reset_peak(self) {
        AllocationStats::new(self.group).reset_peak();
    }

    /// Makes the peak exact from now on; see [`AllocationStats::track_exact_peak`].
    ///
    /// ```
    /// use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
    ///
    /// let measured = AllocationGroupRegistry::global().register_allocation_group("measured");
    /// measured.track_exact_peak();
    /// measured.scope(|| {
    ///     let mut bytes = Vec::<u8>::with_capacity(100);
    ///     bytes.reserve_exact(150);
    /// });
    /// assert_eq!((measured.stats().live_bytes(), measured.peak_bytes()), (0, 250));
    /// ```
    pub fn track_exact_peak(self) {
        AllocationStats::new(self.group).track_exact_peak();
    }
}
