//! The counts of one thread.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, TrackingGuard, purge,
};

fn group(name: &str) -> AllocationGroupToken {
    AllocationGroupRegistry::global().register_allocation_group(name)
}

fn counts(
    allocated_bytes: u64,
    allocated_objects: u64,
    deallocated_bytes: u64,
    deallocated_objects: u64,
) -> AllocationStatsSnapshot {
    AllocationStatsSnapshot { allocated_bytes, allocated_objects, deallocated_bytes, deallocated_objects }
}

#[test]
fn the_allocator_is_found_to_be_installed() {
    assert!(AllocationGroupRegistry::allocator_installed());
    assert!(AllocationGroupToken::root().stats().allocated_objects > 0);
}

#[test]
fn an_allocation_counts_the_bytes_asked_for() {
    let group = group("exact");
    let block = group.scope(|| black_box(Vec::<u8>::with_capacity(61)));
    assert_eq!(group.stats(), counts(61, 1, 0, 0));
    assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (61, 1));
    drop(block);
    assert_eq!(group.stats(), counts(61, 1, 61, 1));
    assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (0, 0));
}

#[test]
fn a_block_is_uncounted_from_the_group_that_made_it() {
    let (maker, other) = (group("maker"), group("other"));
    let block = maker.scope(|| black_box(Box::new([0_u64; 4])));
    other.scope(|| drop(block));
    assert_eq!(maker.stats(), counts(32, 1, 32, 1));
    assert_eq!(other.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn a_growing_vec_counts_every_step() {
    let group = group("growing");
    let numbers = group.scope(|| {
        let mut numbers = Vec::new();
        for number in 0..16_u64 {
            numbers.push(number);
        }
        numbers
    });
    assert_eq!(group.stats(), counts(32 + 64 + 128, 3, 32 + 64, 2));
    assert!(numbers.into_iter().eq(0..16));
    assert_eq!(group.stats().live_bytes(), 0);
}

#[test]
fn a_reallocation_moves_the_block_to_the_current_group() {
    let (first, second) = (group("first owner"), group("second owner"));
    let mut block = first.scope(|| Vec::<u8>::with_capacity(10));
    block.extend_from_slice(b"0123456789");
    second.scope(|| block.reserve_exact(20));
    assert_eq!(first.stats(), counts(10, 1, 10, 1));
    assert_eq!(second.stats(), counts(30, 1, 0, 0));
    assert_eq!(block, b"0123456789");
    first.scope(|| block.shrink_to_fit());
    assert_eq!(second.stats(), counts(30, 1, 30, 1));
    assert_eq!(first.stats(), counts(20, 2, 10, 1));
    assert_eq!(block, b"0123456789");
    drop(block);
    assert_eq!(first.stats(), counts(20, 2, 20, 2));
}

#[test]
fn shrinking_and_growing_keep_the_content_at_every_size() {
    let group = group("resized");
    for size in 1..600_usize {
        let expected: Vec<u8> = (0..=250).cycle().take(size).collect();
        let mut block = group.scope(|| expected.clone());
        group.scope(|| block.reserve_exact(5000));
        assert_eq!(block, expected);
        group.scope(|| block.shrink_to_fit());
        assert_eq!(block, expected);
        block.truncate(size / 2);
        group.scope(|| block.shrink_to_fit());
        assert_eq!(block, expected[..size / 2]);
        assert_eq!(group.stats().live_bytes(), size / 2);
    }
    assert_eq!(group.stats().live_objects(), 0);
}

#[test]
fn zeroed_memory_is_zero_and_counted() {
    let group = group("zeroed");
    let sizes = (1..400).chain([4095, 4096, 4097, 100_000, 1 << 20]);
    for size in sizes {
        drop(black_box(vec![0xff_u8; size]));
        let zeros = group.scope(|| black_box(vec![0_u8; size]));
        assert!(zeros.iter().all(|&byte| byte == 0), "{size} bytes");
        assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (size, 1));
    }
    assert_eq!(group.stats().live_objects(), 0);
}

macro_rules! assert_aligned {
    ($group:expr, $($alignment:literal)*) => {$({
        #[repr(align($alignment))]
        struct Aligned(u8);

        let boxes: Vec<Box<Aligned>> = (0..10).map(|_| $group.scope(|| Box::new(black_box(Aligned(1))))).collect();
        for aligned in &boxes {
            assert_eq!(std::ptr::from_ref(aligned.as_ref()).addr() & ($alignment - 1), 0);
        }
        assert_eq!(boxes.iter().map(|aligned| u32::from(aligned.0)).sum::<u32>(), 10);
        assert_eq!(($group.stats().live_bytes(), $group.stats().live_objects()), (10 * $alignment, 10));
        drop(boxes);
        assert_eq!($group.stats().live_bytes(), 0);
    })*};
}

#[test]
fn every_alignment_up_to_a_page_is_kept() {
    let group = group("aligned");
    assert_aligned!(group, 1 2 4 8 16 32 64 128 256 512 1024 2048 4096);
}

// Where a pointer has 32 bits, the system may have the greatest size there is.
#[cfg(target_pointer_width = "64")]
#[test]
fn an_impossible_size_is_an_error_and_changes_nothing() {
    let group = group("impossible");
    let mut block = group.scope(|| vec![1_u8, 2, 3]);
    let before = group.stats();
    let largest = isize::MAX.unsigned_abs();
    group.scope(|| {
        for size in [1 << 60, largest - 3, largest - 4, largest - 5] {
            assert!(block.try_reserve_exact(size).is_err(), "growing by {size}");
            assert!(Vec::<u8>::new().try_reserve_exact(size).is_err(), "{size}");
        }
        assert!(Vec::<u8>::new().try_reserve_exact(largest).is_err());
    });
    let after = group.stats();
    // An error value owns no memory, so not even a failure is counted.
    assert_eq!(after, before);
    assert_eq!(block, [1, 2, 3]);
}

#[test]
fn guards_nest_and_restore() {
    let (outer, inner) = (group("outer"), group("inner"));
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
    {
        let _outer = outer.enter();
        assert_eq!(AllocationGroupToken::current(), outer);
        {
            let _inner = inner.enter();
            assert_eq!(AllocationGroupToken::current(), inner);
        }
        assert_eq!(AllocationGroupToken::current(), outer);
    }
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
}

#[test]
fn guards_nest_deeper_than_anyone_does() {
    fn nest(groups: [AllocationGroupToken; 2], depth: usize) {
        let before = AllocationGroupToken::current();
        let group = groups[depth % 2];
        group.scope(|| {
            assert_eq!(AllocationGroupToken::current(), group);
            if depth > 0 {
                nest(groups, depth - 1);
            }
            assert_eq!(AllocationGroupToken::current(), group, "{depth}");
        });
        assert_eq!(AllocationGroupToken::current(), before, "{depth}");
    }
    nest([group("deep"), group("deeper")], 900);
}

#[test]
fn guards_dropped_in_another_order_leave_nothing_behind() {
    let (first, second, third) = (group("dropped first"), group("dropped second"), group("dropped third"));
    for _ in 0..1000 {
        let (outer, inner) = (first.enter(), second.enter());
        drop(outer);
        assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
        let other = third.enter();
        assert_eq!(AllocationGroupToken::current(), third);
        drop(inner);
        drop(other);
        assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
    }
    let _guard = third.enter();
    assert_eq!(first.scope(AllocationGroupToken::current), first);
    assert_eq!(AllocationGroupToken::current(), third);
}

#[test]
fn a_guard_that_is_never_dropped_does_not_keep_those_around_it_from_going_back() {
    let (outer, forgotten) = (group("around one that is forgotten"), group("forgotten"));
    for _ in 0..1000 {
        let before = AllocationGroupToken::current();
        outer.scope(|| std::mem::forget(forgotten.enter()));
        assert_eq!(AllocationGroupToken::current(), before);
    }
}

#[test]
fn a_panic_inside_a_group_restores_the_group_from_before() {
    let (outer, inner) = (group("outer of a panic"), group("panics"));
    let _outer = outer.enter();
    let result = catch_unwind(AssertUnwindSafe(|| inner.scope(|| panic!("on purpose"))));
    assert!(result.is_err());
    assert_eq!(AllocationGroupToken::current(), outer);
}

#[test]
fn giving_memory_back_changes_no_count() {
    let group = group("purged");
    let blocks: Vec<Vec<u8>> = (0..1000).map(|_| group.scope(|| vec![7_u8; 1000])).collect();
    let kept = blocks.into_iter().step_by(2).collect::<Vec<_>>();
    purge();
    assert_eq!(group.stats(), counts(1_000_000, 1000, 500_000, 500));
    assert!(kept.iter().flatten().all(|&byte| byte == 7));
}

#[test]
fn a_group_is_what_its_name_says() {
    let registry = AllocationGroupRegistry::global();
    let token = registry.register_allocation_group("named");
    assert_eq!(registry.register_allocation_group(String::from("named")), token);
    assert_eq!(registry.find_allocation_group("named"), Some(token));
    assert_eq!(registry.find_allocation_group("never registered"), None);
    assert_eq!(token.name(), "named");
    let root = AllocationGroupToken::root();
    assert_eq!(registry.register_allocation_group("root"), root);
    assert_eq!(registry.find_allocation_group("root"), Some(root));
    assert_eq!(root.name(), "root");
}

#[test]
fn registering_leaves_nothing_in_the_group_that_is_current() {
    let group = group("registers others");
    group.scope(|| {
        let registry = AllocationGroupRegistry::global();
        for index in 0..100 {
            registry.register_allocation_group(format!("registered inside {index}"));
        }
    });
    assert_eq!(group.stats().live_objects(), 0);
}

#[test]
fn visiting_shows_root_first_and_then_by_name() {
    let registry = AllocationGroupRegistry::global();
    for index in 0..100 {
        registry.register_allocation_group(format!("visited {index:02}"));
    }
    let mut names = Vec::new();
    registry.visit_allocation_groups(|name, _| names.push(name.to_owned()));
    assert_eq!(names[0], "root");
    assert!(names[1..].is_sorted());
    let visited = names.iter().filter(|name| name.starts_with("visited "));
    assert!(visited.eq(&(0..100).map(|index| format!("visited {index:02}")).collect::<Vec<_>>()));
}

#[test]
fn a_visitor_may_allocate_register_and_visit() {
    let registry = AllocationGroupRegistry::global();
    registry.register_allocation_group("before a visit");
    let (mut outer_visits, mut inner_visits) = (0, 0);
    registry.visit_allocation_groups(|name, _| {
        if name == "before a visit" {
            outer_visits += 1;
            registry.register_allocation_group("during a visit");
            registry.visit_allocation_groups(|name, _| inner_visits += usize::from(name == "during a visit"));
        }
    });
    assert_eq!((outer_visits, inner_visits), (1, 1));
}

#[test]
fn a_visitor_sees_the_counts() {
    let group = group("seen by a visitor");
    let before = group.stats();
    let block = group.scope(|| black_box(vec![1_u8; 100]));
    let mut seen = Vec::new();
    AllocationGroupRegistry::global().visit_allocation_groups(|name, stats| {
        if name == "seen by a visitor" {
            assert!(stats.has_allocated());
            seen.push((
                stats.snapshot(),
                stats.snapshot_delta(&before),
                stats.snapshot_delta(&stats.snapshot()),
            ));
        }
    });
    drop(block);
    assert_eq!(seen, [(counts(100, 1, 0, 0), counts(100, 1, 0, 0), AllocationStatsSnapshot::empty())]);
}

#[test]
fn snapshots_shown_together_are_those_of_each_group() {
    let groups: Vec<_> = (0..200).map(|number| group(&format!("shown together {number:03}"))).collect();
    let blocks: Vec<_> = (1..).zip(&groups).map(|(size, group)| group.scope(|| vec![1_u8; size])).collect();
    let mut seen = Vec::new();
    let mut root = None;
    AllocationGroupRegistry::global().visit_snapshots(|name, snapshot| {
        if name.starts_with("shown together") {
            seen.push((name.to_owned(), *snapshot));
        } else if name == "root" {
            root = Some(snapshot.allocated_objects);
        }
    });
    drop(blocks);
    seen.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let seen: Vec<_> = seen.into_iter().map(|(_, snapshot)| snapshot).collect();
    assert_eq!(seen, (1..=200).map(|size| counts(size, 1, 0, 0)).collect::<Vec<_>>());
    assert!(root > Some(0));
}

#[test]
fn visiting_allocates_nothing() {
    let group = group("visits");
    group.scope(|| AllocationGroupRegistry::global().visit_allocation_groups(|_, _| ()));
    group.scope(|| AllocationGroupRegistry::global().visit_snapshots(|_, _| ()));
    assert_eq!(group.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn the_total_holds_every_group() {
    let group = group("part of the total");
    let block = group.scope(|| black_box(vec![1_u8; 256 << 20]));
    assert!(AllocationGroupRegistry::total().live_bytes() >= 256 << 20);
    drop(block);
}

/// Finds no unique item for a type that is `Send`, so that this does not compile if a guard ever is.
trait AmbiguousIfSend<Marker> {
    fn resolved() {}
}

impl<T: ?Sized> AmbiguousIfSend<()> for T {}
impl<T: ?Sized + Send> AmbiguousIfSend<u8> for T {}

#[test]
fn a_guard_stays_on_its_thread() {
    <TrackingGuard as AmbiguousIfSend<_>>::resolved();
}

#[cfg(target_os = "linux")]
mod before_main {
    use super::{AllocationGroupRegistry, AllocationStatsSnapshot, group};
    use std::hint::black_box;
    use std::sync::OnceLock;

    static LATER_FREED: OnceLock<Box<[u8; 48]>> = OnceLock::new();

    extern "C" fn allocate() {
        let group = group("before main");
        group.scope(|| {
            let _ = LATER_FREED.set(Box::new(black_box([0; 48])));
        });
    }

    #[expect(unsafe_code, reason = "the only way to run before `main` without a C compiler")]
    // SAFETY: the loader calls the functions listed in this section.
    #[unsafe(link_section = ".init_array")]
    #[used]
    static BEFORE_MAIN: extern "C" fn() = allocate;

    #[test]
    fn what_is_allocated_before_main_is_counted() {
        let group =
            AllocationGroupRegistry::global().find_allocation_group("before main").expect("registered");
        assert_eq!(
            group.stats(),
            AllocationStatsSnapshot {
                allocated_bytes: 48,
                allocated_objects: 1,
                ..AllocationStatsSnapshot::empty()
            }
        );
    }
}
