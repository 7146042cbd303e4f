//! All groups, by their names.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::peak_moment::{self, PeakMoment};
use super::process::directory::{self, Directory};
use super::process::watermarks::PROCESS;
use super::process::{batch, totals};
use super::protocol::groups::Group;
use super::snapshot::{AllocationStatsSnapshot, to_usize};
use super::stats::AllocationStats;
use super::token::{AllocationGroupToken, ROOT_NAME};
use super::{probe, thread};

/// Knows every allocation group by name. There is one: [`AllocationGroupRegistry::global`].
///
/// Up to 16,382 groups can be registered beside the root group, those included that were removed and still have something alive or a thread inside.
#[derive(Debug)]
pub struct AllocationGroupRegistry {
    refused: AtomicUsize,
}

static GLOBAL: AllocationGroupRegistry = AllocationGroupRegistry { refused: AtomicUsize::new(0) };

impl AllocationGroupRegistry {
    /// The registry of the process.
    pub fn global() -> &'static Self {
        &GLOBAL
    }

    /// Whether the global allocator of this program is a [`TrackingAllocator`](super::TrackingAllocator).
    ///
    /// If it is not, tokens still work, and all counts stay zero.
    pub fn allocator_installed() -> bool {
        probe::allocator_installed()
    }

    /// The counts of all groups together, as they are now.
    ///
    /// Walks every group of every thread that ever allocated; see [`AllocationStats::snapshot`] for how exact it is.
    pub fn total() -> AllocationStatsSnapshot {
        totals::total()
    }

    /// Bytes alive in all groups together, in one load.
    ///
    /// Threads report in batches, so this may be off, either way, by a [batch](Self::peak_batch_bytes) for each thread
    /// that runs; [`total`](Self::total) is exact and slow.
    pub fn approximate_live_bytes() -> usize {
        to_usize(PROCESS.live_bytes())
    }

    /// The most bytes that were ever alive in all groups together, or since [`reset_peak`](Self::reset_peak).
    ///
    /// As exact as [`approximate_live_bytes`](Self::approximate_live_bytes); a reallocation has its new block alive
    /// together with the old one.
    pub fn peak_bytes() -> usize {
        thread::report_to_process();
        to_usize(PROCESS.peak_bytes())
    }

    /// Makes [`peak_bytes`](Self::peak_bytes) begin anew, at what is alive now, and forgets the
    /// [moment of the peak](Self::peak_moment).
    pub fn reset_peak() {
        thread::report_to_process();
        PROCESS.reset_peak();
        peak_moment::forget();
    }

    /// Who held what when most was live; `None` where that was never looked at: nobody limits the process, and nobody has
    /// [recorded](Self::record_peak_moment) it.
    pub fn peak_moment() -> Option<PeakMoment> {
        AllocationGroupToken::root().scope(|| peak_moment::kept().map(|moment| moment.to_public()))
    }

    /// Looks who holds what now, and keeps it for [`peak_moment`](Self::peak_moment) where more is live than at the moment that is kept. A
    /// limiter does this by itself; it takes as long as [`visit_snapshots`](Self::visit_snapshots).
    ///
    /// ```
    /// use memory_accounting::allocator::{AllocationGroupRegistry, TrackingAllocator};
    ///
    /// #[global_allocator]
    /// static ALLOCATOR: TrackingAllocator<std::alloc::System> = TrackingAllocator::new(std::alloc::System);
    ///
    /// let cache = AllocationGroupRegistry::global().register_allocation_group("cache");
    /// let held = cache.scope(|| vec![0_u8; 8 << 20]);
    /// AllocationGroupRegistry::record_peak_moment();
    /// drop(held);
    /// let peak = AllocationGroupRegistry::peak_moment().unwrap();
    /// assert_eq!((peak.largest[0].name.as_str(), peak.largest[0].live_bytes), ("cache", 8 << 20));
    /// assert_eq!(peak.largest[0].largest_allocations_bytes, [8 << 20]);
    /// ```
    pub fn record_peak_moment() {
        peak_moment::record();
    }

    /// How many bytes a thread may allocate, and how many it may free, before it reports them to the peaks: 64 KiB at
    /// first. Where many threads run within a small limit, they report sooner.
    pub fn peak_batch_bytes() -> usize {
        to_usize(batch::setting())
    }

    /// Changes [`peak_batch_bytes`](Self::peak_batch_bytes): smaller makes peaks more exact, and counting slower where
    /// threads share a group. A thread goes by it once it has reported after the change.
    pub fn set_peak_batch_bytes(bytes: usize) {
        batch::set(bytes as u64);
    }

    /// The group called `name`, registering it when there is none yet. `"root"` is the root group.
    ///
    /// When all groups are taken, this is the root group as well, and
    /// [`refused_allocation_groups`](Self::refused_allocation_groups) goes up by one.
    pub fn register_allocation_group(&self, name: impl Into<String>) -> AllocationGroupToken {
        // What the directory keeps belongs to no component, whoever happens to register first.
        AllocationGroupToken::root().scope(|| {
            let name = name.into();
            if name == ROOT_NAME {
                return AllocationGroupToken::root();
            }
            self.token_of(directory::lock().find_or_register(&name))
        })
    }

    /// A new group that is shown as `name`, whatever other groups are called so. It is not
    /// [found](Self::find_allocation_group) by its name: who has the token has the group.
    ///
    /// When all groups are taken, this is the root group, and
    /// [`refused_allocation_groups`](Self::refused_allocation_groups) goes up by one.
    ///
    /// ```
    /// use memory_accounting::allocator::AllocationGroupRegistry;
    ///
    /// let registry = AllocationGroupRegistry::global();
    /// let one = registry.register_distinct_allocation_group("connection");
    /// let other = registry.register_distinct_allocation_group("connection");
    /// assert_ne!(one, other);
    /// assert_eq!((one.name(), other.name()), ("connection".to_owned(), "connection".to_owned()));
    /// ```
    pub fn register_distinct_allocation_group(&self, name: impl Into<String>) -> AllocationGroupToken {
        AllocationGroupToken::root().scope(|| {
            // Before the directory is locked: it is the caller's code.
            let name = name.into();
            self.token_of(directory::lock().register_distinct(&name))
        })
    }

    /// The root group where there was no slot left for one.
    fn token_of(&self, registered: Option<Group>) -> AllocationGroupToken {
        AllocationGroupToken::new(registered.unwrap_or_else(|| {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Group::ROOT
        }))
    }

    /// Removes the group of `token`, and says whether it was there: the root group cannot be removed, and no group twice.
    ///
    /// Its name is free again at once. Its token is stale: whoever enters it enters the root group. What is alive of the
    /// group, and threads that are inside, still count to it; once neither is left, its slot goes to another group.
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
        AllocationGroupToken::root().scope(|| directory::lock().remove(token.group()))
    }

    /// The counts of all groups that were removed and whose slots have not gone to others: that still had something alive or a thread inside
    /// when last looked at. They are not visited any more.
    pub fn removed_allocation_groups(&self) -> AllocationStatsSnapshot {
        let removed = AllocationGroupToken::root().scope(|| directory::lock().removed());
        let mut all = AllocationStatsSnapshot::empty();
        // Without the lock: a group that is reclaimed meanwhile has nothing alive.
        for group in &removed {
            all.merge(&totals::group(*group));
        }
        AllocationGroupToken::root().scope(|| drop(removed));
        all
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
        directory::lock().find(name).map(AllocationGroupToken::new)
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
        for (name, group) in &*list(Directory::list_by_name) {
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
        // Made first: what the list takes is the root's.
        let chunks = list(Directory::list_by_chunk);
        visitor(ROOT_NAME, &totals::group(Group::ROOT));
        for chunk in &*chunks {
            let counts = totals::of_neighbours(chunk.iter().map(|(_, group)| *group));
            chunk.iter().zip(counts).for_each(|((name, _), counts)| visitor(name, &counts));
        }
    }
}

/// All groups but the root. The list is made anew when they have changed, and then for the root group: looking at the counts of
/// others should not change them.
fn list<List>(list: impl FnOnce(&mut Directory) -> List) -> List {
    AllocationGroupToken::root().scope(|| list(&mut directory::lock()))
}
