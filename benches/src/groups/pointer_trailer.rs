//! The groups of [`PointerTrailer`](crate::PointerTrailer).

use std::cell::Cell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Groups;

/// What has been counted for a group, by all threads.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    allocated_bytes: AtomicUsize,
    allocated_objects: AtomicUsize,
    freed_bytes: AtomicUsize,
    freed_objects: AtomicUsize,
}

static ROOT: Counters = Counters::new();
static GROUPS: Mutex<BTreeMap<String, &'static Counters>> = Mutex::new(BTreeMap::new());

thread_local! {
    static CURRENT: Cell<&'static Counters> = const { Cell::new(&ROOT) };
}

impl Counters {
    const fn new() -> Self {
        Self {
            allocated_bytes: AtomicUsize::new(0),
            allocated_objects: AtomicUsize::new(0),
            freed_bytes: AtomicUsize::new(0),
            freed_objects: AtomicUsize::new(0),
        }
    }

    /// The counters of the group that is current on this thread.
    #[inline]
    pub(crate) fn current() -> &'static Self {
        CURRENT.try_with(Cell::get).unwrap_or(&ROOT)
    }

    #[inline]
    pub(crate) fn count_allocation(&self, bytes: usize) {
        self.allocated_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.allocated_objects.fetch_add(1, Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn count_free(&self, bytes: usize) {
        self.freed_bytes.fetch_add(bytes, Ordering::Relaxed);
        self.freed_objects.fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self) -> [usize; 4] {
        [&self.allocated_bytes, &self.allocated_objects, &self.freed_bytes, &self.freed_objects]
            .map(|counter| counter.load(Ordering::Relaxed))
    }
}

/// A group of the allocator that keeps a pointer to it behind each block.
#[derive(Clone, Copy, Debug)]
pub struct PointerTrailerGroups {
    counters: &'static Counters,
}

/// Makes the group from before current again.
#[derive(Debug)]
pub struct Restore {
    before: &'static Counters,
}

impl Drop for Restore {
    #[inline]
    fn drop(&mut self) {
        let _ = CURRENT.try_with(|current| current.set(self.before));
    }
}

impl Groups for PointerTrailerGroups {
    type Guard = Restore;

    fn register(name: &str) -> Option<Self> {
        let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        let counters = groups.entry(name.to_owned()).or_insert_with(|| Box::leak(Box::new(Counters::new())));
        Some(Self { counters })
    }

    #[inline]
    fn enter(&self) -> Restore {
        let before = CURRENT.try_with(|current| current.replace(self.counters)).unwrap_or(&ROOT);
        Restore { before }
    }

    fn read_all() -> u32 {
        black_box(ROOT.read());
        let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        groups.values().fold(1, |count, counters| {
            black_box(counters.read());
            count + 1
        })
    }
}
