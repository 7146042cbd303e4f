//! The names of the groups.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::group::Group;
use super::levels::{self, PROCESS};
use super::names::Names;
use super::stats::{AllocationStats, AllocationStatsSnapshot};
use super::token::AllocationGroupToken;
use super::{installed, slots, sum, thread};

/// The name that always means the root group.
const ROOT_NAME: &str = "root";

/// Knows every allocation group by name. There is one: [`AllocationGroupRegistry::global`].
///
/// Up to 16,382 groups can be registered beside the root group, those included that were removed and are not yet drained.
#[derive(Debug)]
pub struct AllocationGroupRegistry {
    names: Mutex<Names>,
    refused: AtomicUsize,
}

static GLOBAL: AllocationGroupRegistry =
    AllocationGroupRegistry { names: Mutex::new(Names::new()), refused: AtomicUsize::new(0) };

impl AllocationGroupRegistry {
    /// The registry of the process.
    pub fn global() -> &'static Self {
        &GLOBAL
    }

    /// Whether the global allocator of this program is a [`TrackingAllocator`](super::TrackingAllocator).
    ///
    /// If it is not, tokens still work, and all counts stay zero.
    pub fn allocator_installed() -> bool {
        installed::allocator_installed()
    }

    /// The counts of all groups together, as they are now.
    ///
    /// Walks every group of every thread that ever allocated; see [`AllocationStats::snapshot`] for how exact it is.
    pub fn total() -> AllocationStatsSnapshot {
        sum::total()
    }

    /// Bytes alive in all groups together, in one load.
    ///
    /// Threads report in batches, so this may be off, either way, by a [batch](Self::peak_batch_bytes) for each thread
    /// that runs; [`total`](Self::total) is exact and slow.
    pub fn approximate_live_bytes() -> usize {
        PROCESS.live_bytes()
    }

    /// The most bytes that were ever alive in all groups together, or since [`reset_peak`](Self::reset_peak).
    ///
    /// As exact as [`approximate_live_bytes`](Self::approximate_live_bytes); a reallocation has its new block alive
    /// together with the old one.
    pub fn peak_bytes() -> usize {
        thread::report_to_process();
        PROCESS.peak_bytes()
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) begin anew, at what is alive now.
    pub fn reset_peak() {
        thread::report_to_process();
        PROCESS.reset_peak();
    }

    /// How many bytes a thread may allocate, and how many it may free, before it reports them to the peaks: 64 KiB at
    /// first.
    pub fn peak_batch_bytes() -> usize {
        levels::batch()
    }

    /// Changes [`peak_batch_bytes`](Self::peak_batch_bytes): smaller makes peaks more exact, and counting slower where
    /// threads share a group. A thread goes by it once it has reported after the change.
    pub fn set_peak_batch_bytes(bytes: usize) {
        levels::set_batch(bytes);
    }

    /// The group called `name`, registering it when there is none yet. `"root"` is the root group.
    ///
    /// When all groups are taken, this is the root group as well, and
    /// [`refused_allocation_groups`](Self::refused_allocation_groups) goes up by one.
    pub fn register_allocation_group(&self, name: impl Into<String>) -> AllocationGroupToken {
        // What the registry keeps belongs to no component, whoever happens to register first.
        AllocationGroupToken::root().scope(|| {
            let name = name.into();
            if name == ROOT_NAME {
                return AllocationGroupToken::root();
            }
            let group = self.lock().find_or_register(&name);
            AllocationGroupToken::new(group.unwrap_or_else(|| {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Group::ROOT
            }))
        })
    }

    /// Removes the group of `token`, and says whether it was there: the root group cannot be removed, and no group twice.
    ///
    /// Its name is free again at once. Its token is stale: whoever enters it enters the root group. What is alive of the
    /// group, and threads that are inside, still count to it; once neither is left, its place goes to another group.
    ///
    /// ```
    /// use memory_accounting::allocator::AllocationGroupRegistry;
    ///
    /// let registry = AllocationGroupRegistry::global();
    /// let session = registry.register_allocation_group("session 1");
    /// assert!(registry.remove_allocation_group(session));
    /// assert!(!session.is_registered());
    /// assert_ne!(registry.register_allocation_group("session 1"), session);
    /// ```
    pub fn remove_allocation_group(&self, token: AllocationGroupToken) -> bool {
        AllocationGroupToken::root().scope(|| self.lock().remove(token.group()))
    }

    /// The counts of all groups that are removed and not yet drained, which are not visited any more.
    pub fn removed_allocation_groups(&self) -> AllocationStatsSnapshot {
        self.lock().draining()
    }

    /// How many times the root group was entered because the group meant had been removed, or was too deep inside of others.
    pub fn stale_entries(&self) -> usize {
        thread::stale_entries()
    }

    /// The group called `name`, if it has been registered. `"root"` is the root group.
    pub fn find_allocation_group(&self, name: &str) -> Option<AllocationGroupToken> {
        if name == ROOT_NAME {
            return Some(AllocationGroupToken::root());
        }
        self.lock().by_name().get(name).copied().map(AllocationGroupToken::new)
    }

    /// How many registrations were given the root group because all groups were taken.
    pub fn refused_allocation_groups(&self) -> usize {
        self.refused.load(Ordering::Relaxed)
    }

    /// Shows every group to `visitor`: `"root"` first, then by name.
    ///
    /// The visitor may allocate, register groups and visit them: no lock is held while it runs. A group registered
    /// meanwhile is shown by the next visit.
    pub fn visit_allocation_groups(&self, mut visitor: impl FnMut(&str, &AllocationStats)) {
        visitor(ROOT_NAME, &AllocationStats::new(Group::ROOT));
        for (name, group) in &*self.list(Names::list_by_name) {
            visitor(name, &AllocationStats::new(*group));
        }
    }

    /// Shows the counts of every group to `visitor`, `"root"` first and then in no particular order: many times faster than asking each for its
    /// [snapshot](AllocationStats::snapshot), where many threads use many groups.
    ///
    /// All are read in one pass. What threads hand to each other during it may be missing from the live bytes, which are never
    /// below zero, and exact once threads are quiet.
    ///
    /// ```
    /// use memory_accounting::allocator::AllocationGroupRegistry;
    ///
    /// let mut live_bytes = 0;
    /// AllocationGroupRegistry::global().visit_snapshots(|_, snapshot| live_bytes += snapshot.live_bytes());
    /// ```
    pub fn visit_snapshots(&self, mut visitor: impl FnMut(&str, &AllocationStatsSnapshot)) {
        visitor(ROOT_NAME, &sum::group(Group::ROOT));
        for chunk in &*self.list(Names::list_by_chunk) {
            sum::visit_neighbours(chunk, &mut visitor);
        }
    }

    pub(super) fn name_of(&self, group: Group) -> String {
        self.lock().name_of(group).unwrap_or(ROOT_NAME).to_owned()
    }

    /// Does `work` while the slot of `group` cannot go to another; `None` if it has.
    pub(super) fn while_held<R>(&self, group: Group, work: impl FnOnce() -> R) -> Option<R> {
        let _names = self.lock();
        slots::of(group.id()).is_held(group.generation()).then(work)
    }

    /// All groups but the root. The list is made anew when they have changed, and then for the root group: looking at the counts of
    /// others should not change them.
    fn list<List>(&self, list: impl FnOnce(&mut Names) -> List) -> List {
        AllocationGroupToken::root().scope(|| list(&mut self.lock()))
    }

    fn lock(&self) -> MutexGuard<'_, Names> {
        // Nothing is left half done by a panic: the names are whole before and after each step.
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
