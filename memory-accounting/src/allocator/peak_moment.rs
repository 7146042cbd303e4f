//! Who held what when most was alive.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde::Serialize;

use super::process::watermarks::PEAK_LEVEL;
use super::process::{directory, totals, waker};
use super::protocol::groups::Group;
use super::snapshot::to_usize;
use super::token::{AllocationGroupToken, ROOT_NAME};
use crate::lock::lock;

/// How many of the groups that had most are kept by their names, which may be another's when they are read.
const NAMED: usize = 5;

/// The moment at which most was live in the process, of those at which it was looked who held it.
///
/// A [`MemoryLimiter`](crate::MemoryLimiter) looks when the process comes to a new peak, a hundredth, and 128 KiB, above the last
/// that it looked at. It needs the time to look, and does so for a hundredth of one processor's time at most, so what was live for less
/// than some milliseconds may be missing. [`live_bytes`](Self::live_bytes) beside
/// [`peak_bytes`](super::AllocationGroupRegistry::peak_bytes) says how much is. Without a limiter,
/// [`record_peak_moment`](super::AllocationGroupRegistry::record_peak_moment) looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PeakMoment {
    /// Bytes that were live in all groups together.
    pub live_bytes: usize,
    /// How long ago that was, in milliseconds.
    pub age_ms: u64,
    /// How many groups had something live.
    pub holders: usize,
    /// Those that had most, the most first.
    pub largest: Vec<PeakHolder>,
}

/// What one group held at a [`PeakMoment`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PeakHolder {
    /// The name of the group, as it was then: for a component its full name.
    pub name: String,
    /// Bytes that were live.
    pub live_bytes: usize,
    /// The sizes of its largest allocations shortly before, in bytes and the largest first, as in
    /// [`largest_allocations_bytes`](crate::ComponentUsage::largest_allocations_bytes).
    pub largest_allocations_bytes: Vec<usize>,
}

/// What is kept of a moment.
#[derive(Debug)]
pub(crate) struct Moment {
    at: Instant,
    live_bytes: usize,
    /// Those with something alive, in the order of their slots.
    groups: Vec<(Group, usize)>,
    largest: Vec<PeakHolder>,
}

/// The moment with the most alive.
#[derive(Debug)]
struct Kept {
    /// How often the peak began anew: what was read before does not count.
    resets: u64,
    moment: Option<Arc<Moment>>,
}

static KEPT: Mutex<Kept> = Mutex::new(Kept { resets: 0, moment: None });

/// The moment that is kept, if there is one.
pub(crate) fn kept() -> Option<Arc<Moment>> {
    lock(&KEPT).moment.clone()
}

/// Reads who has what now, and keeps it where more is alive than at the moment that is kept.
pub(crate) fn record() {
    AllocationGroupToken::root().scope(|| {
        let resets = lock(&KEPT).resets;
        let moment = Arc::new(Moment::read());
        let mut kept = lock(&KEPT);
        let is_higher = kept.moment.as_ref().is_none_or(|kept| kept.live_bytes < moment.live_bytes);
        let lower = if is_higher && kept.resets == resets { kept.moment.replace(moment) } else { None };
        drop(kept);
        drop(lower);
    });
}

/// The peak of the process begins anew. A thread that waits for a higher one is woken, because that may be a lower one by now.
pub(super) fn forget() {
    let mut kept = lock(&KEPT);
    kept.resets = kept.resets.wrapping_add(1);
    let forgotten = kept.moment.take();
    drop(kept);
    drop(forgotten);
    if PEAK_LEVEL.disarm() {
        waker::wake();
    }
}

impl Moment {
    fn read() -> Self {
        let (at, all) = (Instant::now(), directory::lock().all());
        let (mut live_bytes, mut groups) = (0_usize, Vec::new());
        totals::visit(&all, |group, counts| {
            let bytes = counts.live_bytes();
            live_bytes = live_bytes.saturating_add(bytes);
            if bytes > 0 {
                groups.push((group, bytes));
            }
        });
        Self { at, live_bytes, largest: largest(&groups), groups }
    }

    /// Bytes that were alive in all groups together.
    pub(crate) fn live_bytes(&self) -> usize {
        self.live_bytes
    }

    /// Bytes that were alive in `group`.
    pub(super) fn live_bytes_of(&self, group: Group) -> usize {
        let place = self.groups.binary_search_by_key(&group.id(), |(group, _)| group.id());
        let found = place.ok().and_then(|place| self.groups.get(place));
        found.filter(|(found, _)| *found == group).map_or(0, |(_, bytes)| *bytes)
    }

    /// The same for a user.
    pub(super) fn to_public(&self) -> PeakMoment {
        PeakMoment {
            live_bytes: self.live_bytes,
            age_ms: u64::try_from(self.at.elapsed().as_millis()).unwrap_or(u64::MAX),
            holders: self.groups.len(),
            largest: self.largest.clone(),
        }
    }
}

/// Those of `groups` that have most, with their names. One that was removed meanwhile, and of which nothing is left, has none.
fn largest(groups: &[(Group, usize)]) -> Vec<PeakHolder> {
    let mut most: Vec<&(Group, usize)> = Vec::with_capacity(NAMED.saturating_add(1));
    for one in groups {
        let place = most.partition_point(|(_, bytes)| *bytes >= one.1);
        if place < NAMED {
            most.insert(place, one);
            most.truncate(NAMED);
        }
    }
    let directory = directory::lock();
    let holder = |(group, live_bytes): &(Group, usize)| {
        let name = if *group == Group::ROOT { Some(ROOT_NAME) } else { directory.name_of(*group) };
        let sizes = totals::recent_sizes(*group);
        Some(PeakHolder {
            name: name?.to_owned(),
            live_bytes: *live_bytes,
            largest_allocations_bytes: sizes.map(to_usize).into_iter().filter(|size| *size > 0).collect(),
        })
    };
    most.into_iter().filter_map(holder).collect()
}
