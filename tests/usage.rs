//! What the registry says about live memory, where a tracking allocator is installed.
//!
//! What components hold is exact. The root's own is that of the whole process, to which the threads of the test harness add a
//! little at any time, so a block there is far bigger than that, and found to the nearest of its sizes.

use std::alloc::System;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, TrackingAllocator,
};
use memory_accounting::{
    ComponentRegistry, ComponentUsage, LiveBytes, MemoryBounds, MemoryBoundsBuilder, MemoryReport,
    MetricsPublisher, UsageExpr,
};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

const KIB: usize = 1024;

/// More than the harness ever has.
const BIG: usize = 4096 * KIB;

/// More than the harness adds while a test runs, and far less than [`BIG`].
const NOISE: usize = 256 * KIB;

struct Declared(usize);

impl MemoryBounds for Declared {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        builder.firm().with_fixed_amount("block", self.0);
    }
}

/// Totals are those of the process, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

fn block(bytes: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(bytes))
}

fn live(component: &ComponentRegistry) -> Option<LiveBytes> {
    component.usage().live
}

/// What components hold together, and what the root holds itself.
fn claimed_and_own(root: &ComponentUsage) -> (usize, usize) {
    let (total, own) = (root.total_live.unwrap().bytes, root.live.unwrap().bytes);
    (total - own, own)
}

/// What components hold together, and how much more the root holds itself than `before`.
fn claimed_and_growth(registry: &ComponentRegistry, before: &ComponentUsage) -> (usize, isize) {
    let ((claimed, own), (_, own_before)) =
        (claimed_and_own(&registry.root().usage()), claimed_and_own(before));
    (claimed, difference(own, own_before))
}

fn difference(after: usize, before: usize) -> isize {
    0_isize.wrapping_add_unsigned(after.wrapping_sub(before))
}

#[track_caller]
fn assert_about(bytes: isize, expected: usize) {
    assert!(bytes.abs_diff(difference(expected, 0)) < NOISE, "{bytes} is not about {expected}");
}

#[test]
fn what_a_component_holds_is_its_own_and_part_of_the_whole() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let (a, b) = (registry.register("usage.a", &Declared(BIG)), registry.register("usage.a.b", &Declared(7)));
    let before = registry.usage();
    let held = (a.token().scope(|| block(BIG)), b.token().scope(|| (block(7), block(10))));
    assert_eq!((live(&a), live(&b)), (Some(LiveBytes::new(BIG, 1)), Some(LiveBytes::new(17, 2))));
    assert_eq!(a.usage().total_live, Some(LiveBytes::new(BIG + 17, 3)));
    let between = registry.find("usage").unwrap().usage();
    assert_eq!((between.live, between.total_live), (None, Some(LiveBytes::new(BIG + 17, 3))));
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, BIG + 17);
    assert_about(growth, 0);
    drop(held);
    assert_eq!(claimed_and_growth(&registry, &before).0, 0);
}

#[test]
fn what_a_component_holds_after_a_reset_above_it_is_the_roots() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.register("reset.b", &Declared(BIG));
    let before = registry.usage();
    let _held = component.token().scope(|| block(BIG));
    registry.get_or_create("reset").bounds_builder().reset();
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, 0);
    assert_about(growth, BIG);

    registry.register("reset.b", &Declared(BIG));
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, BIG);
    assert_about(growth, 0);
}

#[test]
fn what_a_removed_component_still_holds_is_the_roots() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.register("removed", &Declared(BIG));
    let before = registry.usage();
    let _held = component.token().scope(|| block(BIG));
    registry.remove("removed").unwrap();
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, 0);
    assert_about(growth, BIG);

    let _more = component.token().scope(|| block(BIG));
    assert_about(claimed_and_growth(&registry, &before).1, 2 * BIG);
    assert_eq!((live(&component), component.usage().total_live), (None, None));
}

#[test]
fn what_groups_hold_that_are_no_components_is_the_roots() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let before = registry.usage();
    let other = AllocationGroupRegistry::global().register_allocation_group("of no component");
    let _held = (AllocationGroupToken::root().scope(|| block(BIG)), other.scope(|| block(2 * BIG)));
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, 0);
    assert_about(growth, 3 * BIG);
}

#[test]
fn asking_for_the_roots_token_claims_nothing() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let before = registry.usage();
    assert_eq!(registry.token(), AllocationGroupToken::root());
    let _held = registry.token().scope(|| block(BIG));
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, 0);
    assert_about(growth, BIG);
}

#[test]
fn two_trees_and_a_group_of_the_same_name_hold_each_their_own() {
    let _alone = alone();
    let (one, other) = (ComponentRegistry::default(), ComponentRegistry::default());
    let (a, b) = (one.register("same.name", &Declared(1)), other.register("same.name", &Declared(1)));
    let before = one.usage();
    let group = AllocationGroupRegistry::global().register_allocation_group("same.name");
    let _held =
        (a.token().scope(|| block(BIG)), b.token().scope(|| block(2 * BIG)), group.scope(|| block(3 * BIG)));
    assert_eq!((live(&a), live(&b)), (Some(LiveBytes::new(BIG, 1)), Some(LiveBytes::new(2 * BIG, 1))));
    let (claimed, growth) = claimed_and_growth(&one, &before);
    assert_eq!(claimed, BIG);
    assert_about(growth, 5 * BIG);

    one.remove("same").unwrap();
    assert_eq!(live(&a), None);
    assert_eq!(live(&b), Some(LiveBytes::new(2 * BIG, 1)));
    assert_eq!((claimed_and_own(&one.usage()).0, claimed_and_own(&other.usage()).0), (0, 2 * BIG));
}

#[test]
fn a_component_called_root_is_not_the_root() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    registry.bounds_builder().with_subcomponent("root", &Declared(BIG));
    let component = registry.find("root.root").unwrap();
    assert_eq!(component.full_name(), "root.root");
    let before = registry.usage();
    let _held = component.token().scope(|| block(BIG));
    assert_eq!(live(&component), Some(LiveBytes::new(BIG, 1)));
    let (claimed, growth) = claimed_and_growth(&registry, &before);
    assert_eq!(claimed, BIG);
    assert_about(growth, 0);
}

#[test]
fn a_peak_is_known_where_one_group_alone_is_below() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let (inner, leaf) = (registry.get_or_create("peaks.inner"), registry.get_or_create("peaks.inner.leaf"));
    leaf.token().track_exact_peak();
    let _held = leaf.token().scope(|| {
        drop(block(1000));
        block(10)
    });
    for (component, own) in [(&leaf, Some(1000)), (&inner, None)] {
        let usage = component.usage();
        assert_eq!((usage.peak_bytes, usage.total_peak_bytes), (own, Some(1000)));
    }
    inner.token();
    let usage = inner.usage();
    assert_eq!((usage.peak_bytes, usage.total_peak_bytes), (Some(0), None));
}

#[test]
fn the_roots_peaks_are_those_of_its_group_and_of_the_process() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("beside the root");
    AllocationGroupRegistry::reset_peak();
    AllocationGroupToken::root().reset_peak();
    let before = registry.usage();
    drop(AllocationGroupToken::root().scope(|| block(BIG)));
    drop(component.token().scope(|| block(3 * BIG)));
    let after = registry.usage();
    let grown =
        |after: Option<usize>, before: Option<LiveBytes>| difference(after.unwrap(), before.unwrap().bytes);
    assert_about(grown(after.peak_bytes, before.live), BIG);
    assert_about(grown(after.total_peak_bytes, before.total_live), 3 * BIG);

    let other = AllocationGroupRegistry::global().register_allocation_group("of no component either");
    let held = other.scope(|| block(1));
    assert_eq!(registry.usage().peak_bytes, None, "it is not that of all that no component claims");
    drop(held);
    assert!(registry.usage().peak_bytes.is_some());
}

/// What `work` allocates in the group that is current when it begins.
fn charged_to_the_caller<T>(work: impl FnOnce() -> T) -> (T, AllocationStatsSnapshot) {
    let caller = AllocationGroupRegistry::global().register_allocation_group("the caller");
    let before = caller.stats();
    let result = caller.scope(work);
    let after = caller.stats();
    AllocationGroupRegistry::global().remove_allocation_group(caller);
    let counts = AllocationStatsSnapshot {
        allocated_bytes: after.allocated_bytes - before.allocated_bytes,
        allocated_objects: after.allocated_objects - before.allocated_objects,
        deallocated_bytes: after.deallocated_bytes - before.deallocated_bytes,
        deallocated_objects: after.deallocated_objects - before.deallocated_objects,
    };
    (result, counts)
}

#[test]
fn what_a_registry_keeps_and_answers_is_charged_to_no_caller() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    registry.register("charged.before", &Declared(1));
    let mut text = String::with_capacity(4096);
    let (_kept, charged) = charged_to_the_caller(|| {
        let component = registry.get_or_create("charged.a.b");
        let clone = component.clone();
        component.token();
        let builder = component.bounds_builder();
        drop(builder);
        let answers = (component.full_name(), component.root(), registry.as_bounds(), registry.usage());
        let found = (registry.find("charged.before").unwrap(), registry.find("x").unwrap_err());
        let report = MemoryReport::new(&registry);
        write!(text, "{report}").unwrap();
        registry.remove("charged.before").unwrap();
        (component, clone, answers, found, report)
    });
    assert_eq!(charged, AllocationStatsSnapshot::empty());
    assert!(text.contains("charged"), "{text}");
}

/// Makes 1,000 bytes once that live on, and declares with names that are made for it.
struct Declaring<'a>(&'a Mutex<Vec<u8>>);

impl MemoryBounds for Declaring<'_> {
    fn specify_bounds(&self, builder: &mut MemoryBoundsBuilder<'_>) {
        *self.0.lock().unwrap() = block(1000);
        for number in 0..10 {
            builder.firm().with_named_expr(format!("entry {number}"), UsageExpr::config("setting", number));
        }
        builder.skipped("field", "a reason");
        builder.subcomponent("below").minimum().with_fixed_amount("bytes", 1);
    }
}

#[test]
fn a_declaration_is_kept_by_the_root_and_what_the_declaring_code_keeps_is_its_callers() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let own = Mutex::new(Vec::new());
    let (_, charged) = charged_to_the_caller(|| registry.register("declaring", &Declaring(&own)));
    assert_eq!((charged.live_bytes(), charged.live_objects()), (1000, 1));
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 46);
}

#[test]
fn what_is_declared_by_hand_is_kept_by_the_root() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let ((), charged) = charged_to_the_caller(|| {
        let mut builder = registry.bounds_builder();
        builder
            .firm()
            .with_named_expr("by hand", UsageExpr::config("setting", 5))
            .with_fixed_amount("more", 1);
        builder.skipped("field", "a reason");
        builder.subcomponent("a.b").minimum().with_array::<u64>("numbers", 2);
        builder.with_subcomponent("c", &Declared(100));
    });
    assert_eq!((charged.live_bytes(), charged.live_objects()), (0, 0));
    assert_eq!(registry.as_bounds().total_firm_limit_bytes(), 122);
}

#[test]
fn components_that_come_and_go_on_many_threads_count_each_for_itself() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    thread::scope(|scope| {
        for number in 1..=4_usize {
            let registry = &registry;
            scope.spawn(move || {
                for round in 0..200 {
                    let name = format!("session {number}");
                    let component = registry.register(&name, &Declared(round));
                    let held = component.token().scope(|| block(number * 1000 + round));
                    assert_eq!(live(&component), Some(LiveBytes::new(number * 1000 + round, 1)));
                    registry.usage();
                    registry.remove(format!("{name:?}")).unwrap();
                    drop(held);
                }
            });
        }
    });
    assert_eq!(claimed_and_own(&registry.usage()).0, 0);
}

/// The fewest allocations, and bytes in them, that `work` makes in the root group: the harness may add some at any time.
fn fewest_in_the_root<T>(work: impl Fn() -> T) -> (u64, u64) {
    let root = AllocationGroupToken::root();
    let counts = (0..20).map(|_| {
        let before = root.stats();
        drop(work());
        let after = root.stats();
        (after.allocated_objects - before.allocated_objects, after.allocated_bytes - before.allocated_bytes)
    });
    counts.min().unwrap()
}

#[test]
fn usage_costs_a_name_for_each_component_and_a_list_for_each_that_has_some_below() {
    const PARENTS: u64 = 10;
    const LEAVES: u64 = 20;
    let _alone = alone();
    let registry = ComponentRegistry::default();
    for (parent, leaf) in (0..PARENTS).flat_map(|parent| (0..LEAVES).map(move |leaf| (parent, leaf))) {
        registry.register(format!("parent{parent}.leaf{leaf}"), &Declared(1)).token();
    }
    let (allocations, _) = fewest_in_the_root(|| registry.usage());
    let (names, lists) = (1 + PARENTS + PARENTS * LEAVES, 1 + PARENTS);
    // What is left is the path to where it is, the groups and what was read of them, and the root's largest allocations.
    assert!((names + lists..=names + lists + 4).contains(&allocations), "{allocations}");

    let leaf = registry.find("parent3.leaf7").unwrap();
    let (allocations, bytes) = fewest_in_the_root(|| leaf.usage());
    assert!(allocations <= 5 && bytes < 300, "{allocations} allocations of {bytes} bytes");
}

#[test]
fn what_a_component_ever_allocated_and_freed_is_counted() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let component = registry.get_or_create("counting");
    drop(component.token().scope(|| (block(100), block(20))));
    let held = component.token().scope(|| block(3));
    let expected = AllocationStatsSnapshot {
        allocated_bytes: 123,
        allocated_objects: 3,
        deallocated_bytes: 120,
        deallocated_objects: 2,
    };
    assert_eq!(component.usage().counted, Some(expected));
    // Of the root, what its own group did: the counts of a component that goes are nobody's.
    let root = |registry: &ComponentRegistry| registry.usage().counted.unwrap();
    let before = root(&registry);
    drop(held);
    registry.remove("counting").unwrap();
    let after = root(&registry);
    assert!(
        after.allocated_bytes >= before.allocated_bytes
            && after.deallocated_bytes >= before.deallocated_bytes
    );
    assert!(after.allocated_bytes - before.allocated_bytes < NOISE as u64, "{before:?} {after:?}");
}

/// The number of `series` on a page of metrics, where it is there.
fn counter(page: &str, series: &str) -> Option<u64> {
    let value = page.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(value.parse().unwrap())
}

#[test]
fn counters_on_the_page_of_metrics_start_anew_with_a_component_and_never_fall_in_between() {
    // Each round counts to another thousand, so a number tells of which it is.
    const ROUND: usize = 1000;
    const SCRAPES: usize = 300;
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let scrape = |before: [u64; 4]| {
        let page = MemoryReport::new(&registry).to_prometheus();
        let of = |name: &str, component: &str| {
            counter(&page, &format!("memory_accounting_{name}_bytes_total{{component=\"{component}\"}}"))
        };
        // Between two components there is none, and a new one may have done nothing yet.
        let session = |name: &str, before| of(name, "session").filter(|bytes| *bytes > 0).unwrap_or(before);
        let now = [
            session("allocated", before[0]),
            session("freed", before[1]),
            of("allocated", "root").unwrap(),
            of("freed", "root").unwrap(),
        ];
        assert!(now.iter().zip(before).all(|(now, before)| *now >= before), "{before:?}, then {now:?}");
        assert!(now[..2].iter().all(|bytes| bytes % ROUND as u64 <= 20), "{now:?}");
        now
    };
    thread::scope(|scope| {
        let scraper = scope.spawn(|| (0..SCRAPES).fold([0; 4], |before, _| scrape(before)));
        let mut round = 0;
        while !scraper.is_finished() {
            round += 1;
            let component = registry.register("session", &Declared(BIG));
            component.token().scope(|| {
                drop(block(round * ROUND));
                (0..20).for_each(|_| drop(block(1)));
            });
            registry.remove("session").unwrap();
        }
    });
}

/// By how much each counter of the component `cache` has grown in a recorder since it was last asked.
fn growth_of_cache(recorder: &Snapshotter) -> BTreeMap<String, u64> {
    let series = recorder.snapshot().into_vec().into_iter();
    let of_cache = series.filter_map(|(key, _, _, value)| {
        let key = key.key();
        let is_of_cache = key.labels().any(|label| label.value() == "cache");
        let DebugValue::Counter(number) = value else { return None };
        is_of_cache.then(|| (key.name().trim_start_matches("memory_accounting_").to_owned(), number))
    });
    of_cache.collect()
}

#[test]
fn a_recorder_counts_on_when_a_component_was_removed_and_registered_again() {
    let _alone = alone();
    let registry = ComponentRegistry::default();
    let (recorder, late_recorder) = (DebuggingRecorder::new(), DebuggingRecorder::new());
    let (told, told_late) = (recorder.snapshotter(), late_recorder.snapshotter());
    let publish = || {
        metrics::with_local_recorder(&recorder, || MemoryReport::new(&registry).publish_metrics());
    };
    let expected = |allocated, freed, allocations, frees| {
        let numbers = [
            ("allocated_bytes_total", allocated),
            ("freed_bytes_total", freed),
            ("allocations_total", allocations),
            ("frees_total", frees),
        ];
        numbers.map(|(name, number)| (name.to_owned(), number)).into()
    };
    let first = registry.register("cache", &Declared(100)).token();
    first.scope(|| drop(block(1000)));
    publish();
    assert_eq!(growth_of_cache(&told), expected(1000, 1000, 1, 1));
    let old_report = MemoryReport::new(&registry);
    registry.remove("cache").unwrap();
    // The second one allocates more than the first, and frees less.
    let second = registry.register("cache", &Declared(100)).token();
    let kept = second.scope(|| block(1500));
    publish();
    publish();
    metrics::with_local_recorder(&recorder, || old_report.publish_metrics());
    assert_eq!(growth_of_cache(&told), expected(1500, 0, 1, 0));
    let late = MetricsPublisher::new();
    metrics::with_local_recorder(&late_recorder, || late.publish(&MemoryReport::new(&registry)));
    assert_eq!(growth_of_cache(&told_late), expected(1500, 0, 1, 0), "another recorder, all of it");
    second.scope(|| drop(kept));
    publish();
    assert_eq!(growth_of_cache(&told), expected(0, 1500, 0, 1));
    metrics::with_local_recorder(&late_recorder, || late.publish(&MemoryReport::new(&registry)));
    assert_eq!(growth_of_cache(&told_late), expected(0, 1500, 0, 1));
}
