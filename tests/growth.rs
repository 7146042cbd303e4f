//! Growth that explains itself: which allocations were large, and who held what when most was live, also after it is gone.
//!
//! A block is many times what the test harness has, so that the peak of the process is that of the test. Timeouts are only there to fail
//! instead of hanging.

use std::alloc::System;
use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use memory_accounting::allocator::{AllocationGroupRegistry, PeakMoment, TrackingAllocator};
use memory_accounting::{ComponentRegistry, MemoryGrant, MemoryLimiter, MemoryReport};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

const MIB: usize = 1 << 20;

/// More than the harness ever has.
const NOISE: usize = 2 * MIB;

/// There is one peak, of the process; each test begins one of its own.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    AllocationGroupRegistry::reset_peak();
    alone
}

fn component(registry: &ComponentRegistry, name: &str) -> ComponentRegistry {
    let component = registry.get_or_create(name);
    component.bounds_builder().firm().with_fixed_amount("blocks", 100 * MIB);
    component
}

/// Its pages are never touched.
fn block(component: &ComponentRegistry, bytes: usize) -> Vec<u8> {
    component.token().scope(|| black_box(Vec::with_capacity(bytes)))
}

/// Less than the half minute after which the limiter's thread comes by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a moment of the peak that has `bytes`.
fn moment_with(bytes: usize) -> PeakMoment {
    let end = Instant::now() + PATIENCE;
    loop {
        let moment = AllocationGroupRegistry::peak_moment().filter(|moment| moment.live_bytes >= bytes);
        if let Some(moment) = moment {
            return moment;
        }
        assert!(Instant::now() < end, "nobody looked: {:?}", AllocationGroupRegistry::peak_moment());
        thread::yield_now();
    }
}

/// Name and live bytes of the one that had most.
fn first(moment: &PeakMoment) -> (&str, usize) {
    let first = &moment.largest[0];
    (&first.name, first.live_bytes)
}

#[test]
fn a_component_shows_its_largest_allocations() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let (parser, idle) = (component(&registry, "parser"), component(&registry, "idle"));
    idle.token();
    drop(block(&parser, 5 * MIB));
    let mut grown = block(&parser, 3 * MIB);
    drop(block(&parser, 5 * MIB));
    assert_eq!(parser.usage().largest_allocations_bytes, [5 * MIB, 3 * MIB]);
    parser.token().scope(|| grown.reserve_exact(10 * MIB));
    assert_eq!(parser.usage().largest_allocations_bytes, [10 * MIB, 5 * MIB, 3 * MIB]);
    assert_eq!(idle.usage().largest_allocations_bytes, [0; 0]);
    let tree = registry.usage();
    let shown = |name: &str| {
        let mut found = None;
        tree.visit(&mut |usage, _| {
            if usage.name == name {
                found = Some(usage.largest_allocations_bytes.clone());
            }
        });
        found
    };
    assert_eq!(shown("parser"), Some(vec![10 * MIB, 5 * MIB, 3 * MIB]));
}

#[test]
fn small_allocations_are_seen_in_proportion_to_their_bytes() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let queue = component(&registry, "queue");
    // The first is always seen; of the others, one in so many as make a batch.
    drop(block(&queue, 100));
    let blocks: Vec<_> = (0..100).map(|_| block(&queue, 1000)).collect();
    assert_eq!(queue.usage().largest_allocations_bytes, [1000, 100]);
    drop(blocks);
}

#[test]
fn what_was_noted_of_a_group_is_not_that_of_the_next_in_its_place() {
    let _alone = alone();
    for _ in 0..20 {
        let registry = ComponentRegistry::default();
        let session = component(&registry, "session");
        session.token();
        assert_eq!(session.usage().largest_allocations_bytes, [0; 0]);
        drop(block(&session, 7 * MIB));
        assert_eq!(session.usage().largest_allocations_bytes, [7 * MIB]);
        registry.remove("session").unwrap();
    }
}

#[test]
fn a_burst_is_explained_after_it_is_gone() {
    let _alone = alone();
    let _limiter = MemoryLimiter::new(MemoryGrant::effective(1024 * MIB).unwrap()).unwrap();
    let registry = ComponentRegistry::default();
    let (aggregator, source) = (component(&registry, "aggregator"), component(&registry, "source"));
    let kept = block(&source, 4 * MIB);
    moment_with(4 * MIB);
    // Longer than the thread waits after it has looked, so that the allocator has to wake it.
    for _ in 0..20_000 {
        drop(registry.usage());
    }
    drop([block(&aggregator, 16 * MIB), block(&aggregator, 8 * MIB)]);
    let burst = [40 * MIB, 24 * MIB].map(|bytes| block(&aggregator, bytes));
    let moment = moment_with(68 * MIB);
    drop(burst);
    let _grown = block(&source, 5 * MIB);

    assert_eq!(first(&moment), ("aggregator", 64 * MIB));
    assert_eq!(moment.largest[0].largest_allocations_bytes, [40, 24, 16, 8].map(|mib| mib * MIB));
    let (aggregator, source) = (aggregator.usage(), source.usage());
    assert_eq!((aggregator.live.unwrap().bytes, aggregator.at_peak_bytes), (0, Some(64 * MIB)));
    assert_eq!((source.live.unwrap().bytes, source.at_peak_bytes), (9 * MIB, Some(4 * MIB)));
    let root = registry.usage();
    assert_eq!(root.total_at_peak_bytes, Some(moment.live_bytes));
    assert_eq!(root.at_peak_bytes, Some(moment.live_bytes - 68 * MIB));
    assert!(root.total_peak_bytes.unwrap().abs_diff(moment.live_bytes) < NOISE, "{root:?} {moment:?}");

    let report = MemoryReport::new(&registry);
    assert_eq!(report.peak_moment().map(|moment| moment.live_bytes), Some(moment.live_bytes));
    let text = report.to_string().replace(",\n  ", ", ");
    let (_, said) = text.rsplit_once('\n').unwrap();
    let told = "aggregator 64.0 MiB (in allocations of up to 40.0 MiB), source 4.0 MiB (in allocations of up to 4.0 MiB), ";
    assert!(said.starts_with("peak: ") && said.contains(told), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["peak"]["largest"][0]["name"], "aggregator");
    assert_eq!(json["components"]["subcomponents"][0]["at_peak_bytes"], 64 * MIB);
    let own = serde_json::to_value(MemoryReport::new(&registry.get_or_create("source"))).unwrap();
    assert!(own.get("peak").is_none(), "it is that of the process: {own}");
    drop(kept);
}

#[test]
fn the_moment_is_the_one_with_the_most() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let (low, high) = (component(&registry, "low"), component(&registry, "high"));
    assert_eq!((AllocationGroupRegistry::peak_moment(), high.usage().at_peak_bytes), (None, None));
    for (component, bytes) in [(&low, 10 * MIB), (&high, 20 * MIB), (&low, 15 * MIB)] {
        let _block = block(component, bytes);
        AllocationGroupRegistry::record_peak_moment();
    }
    assert_eq!((low.usage().at_peak_bytes, high.usage().at_peak_bytes), (Some(0), Some(20 * MIB)));
    AllocationGroupRegistry::reset_peak();
    assert_eq!((AllocationGroupRegistry::peak_moment(), high.usage().at_peak_bytes), (None, None));
    let _block = block(&low, 10 * MIB);
    AllocationGroupRegistry::record_peak_moment();
    assert_eq!((low.usage().at_peak_bytes, high.usage().at_peak_bytes), (Some(10 * MIB), Some(0)));
}

#[test]
fn a_peak_that_begins_anew_is_looked_at_anew() {
    let _alone = alone();
    let _limiter = MemoryLimiter::new(MemoryGrant::effective(1024 * MIB).unwrap()).unwrap();
    let registry = ComponentRegistry::default();
    let cache = component(&registry, "cache");
    let large = block(&cache, 64 * MIB);
    moment_with(64 * MIB);
    drop(large);
    AllocationGroupRegistry::reset_peak();
    let _small = block(&cache, 8 * MIB);
    let moment = moment_with(8 * MIB);
    assert!(moment.live_bytes < 8 * MIB + NOISE, "{moment:?}");
    assert_eq!(first(&moment), ("cache", 8 * MIB));
}

#[test]
fn a_component_that_was_removed_is_still_named() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let session = component(&registry, "sessions.first");
    let held = block(&session, 32 * MIB);
    AllocationGroupRegistry::record_peak_moment();
    drop(held);
    registry.remove("sessions.first").unwrap();
    // Which takes the place in the allocator.
    let next = component(&registry, "sessions.first");
    drop(block(&next, 10));

    let moment = AllocationGroupRegistry::peak_moment().unwrap();
    assert_eq!(first(&moment), ("sessions.first", 32 * MIB));
    assert_eq!(next.usage().at_peak_bytes, Some(0));
    let root = registry.usage();
    assert_eq!(
        (root.total_at_peak_bytes, root.at_peak_bytes),
        (Some(moment.live_bytes), Some(moment.live_bytes))
    );
}

#[cfg(unix)]
#[test]
fn a_forked_child_goes_on_with_the_peak_of_its_parent() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let cache = component(&registry, "cache");
    let held = block(&cache, 16 * MIB);
    AllocationGroupRegistry::record_peak_moment();
    let at_peak = || cache.usage().at_peak_bytes;
    let succeeded = in_child(|| {
        let inherited = at_peak() == Some(16 * MIB);
        let _more = block(&cache, 8 * MIB);
        AllocationGroupRegistry::record_peak_moment();
        inherited && at_peak() == Some(24 * MIB)
    });
    assert!(succeeded);
    assert_eq!(at_peak(), Some(16 * MIB));
    drop(held);
}

/// Whether `work` is true in a forked child.
#[cfg(unix)]
#[expect(unsafe_code, reason = "forks")]
fn in_child(work: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child goes on with a copy of this thread, and ends below.
    let pid = unsafe { libc::fork() };
    assert_ne!(pid, -1, "no child");
    if pid == 0 {
        // SAFETY: only asks for a signal, so that a child that hangs ends.
        unsafe { libc::alarm(60) };
        let succeeded = work();
        // SAFETY: ends the child without running what the parent registered for its end.
        unsafe { libc::_exit(i32::from(!succeeded)) };
    }
    let mut status = 0;
    // SAFETY: a child of this process, and a place of ours.
    assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
    status == 0
}
