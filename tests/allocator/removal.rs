//! Groups that are removed: who still counts to them, for how long, and who has their place then.

use std::hint::black_box;
use std::mem;
use std::panic::catch_unwind;
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, Track,
};
use memory_accounting::{ComponentRegistry, ComponentUsage};

/// How many groups the documentation of the registry promises beside the root group.
const MOST: usize = 16_382;

fn registry() -> &'static AllocationGroupRegistry {
    AllocationGroupRegistry::global()
}

fn group(name: &str) -> AllocationGroupToken {
    registry().register_allocation_group(name)
}

fn block(bytes: usize) -> Vec<u8> {
    black_box(Vec::with_capacity(bytes))
}

/// One test at a time: they use up all groups, and count entries of the process.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Registers and removes more groups than there are places; whatever place is free is used by one of them.
fn use_every_free_place() {
    for _ in 0..=MOST {
        let group = group("passing");
        assert_ne!(group, AllocationGroupToken::root());
        assert_eq!(group.stats(), AllocationStatsSnapshot::empty());
        group.scope(|| drop(block(8)));
        assert_eq!(group.stats().deallocated_bytes, 8);
        assert!(registry().remove_allocation_group(group));
    }
}

#[test]
fn a_removed_group_cannot_be_found_or_entered_or_removed_again() {
    let _alone = alone();
    let removed = group("removed");
    assert!(removed.is_registered());
    assert!(registry().remove_allocation_group(removed));
    assert!(!removed.is_registered());
    assert!(!registry().remove_allocation_group(removed));
    assert_eq!(registry().find_allocation_group("removed"), None);
    registry().visit_allocation_groups(|name, _| assert_ne!(name, "removed"));
    let before = registry().stale_entries();
    assert_eq!(removed.scope(AllocationGroupToken::current), AllocationGroupToken::root());
    assert_eq!(registry().stale_entries(), before + 1);
    assert_eq!(removed.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn the_root_group_cannot_be_removed() {
    let _alone = alone();
    assert!(!registry().remove_allocation_group(AllocationGroupToken::root()));
    assert!(AllocationGroupToken::root().is_registered());
}

#[test]
fn a_place_is_used_again_once_nothing_is_alive() {
    let _alone = alone();
    let first = group("reclaimed");
    let held = first.scope(|| block(100));
    registry().remove_allocation_group(first);
    use_every_free_place();
    assert_eq!(first.stats().live_bytes(), 100);
    assert_eq!(first.name(), "reclaimed");
    assert_eq!(registry().removed_allocation_groups().live_bytes(), 100);
    drop(held);
    assert_eq!(first.stats().deallocated_bytes, 100);
    use_every_free_place();
    assert_eq!(first.stats(), AllocationStatsSnapshot::empty());
    assert_eq!(first.peak_bytes(), 0);
    assert_eq!(first.name(), "root");
    assert_eq!(registry().removed_allocation_groups(), AllocationStatsSnapshot::empty());
    assert_eq!(registry().refused_allocation_groups(), 0);
}

#[test]
fn a_name_registered_again_is_a_new_group() {
    let _alone = alone();
    let old = group("twice");
    let held = old.scope(|| block(103));
    registry().remove_allocation_group(old);
    let new = group("twice");
    assert_ne!(new, old);
    let more = new.scope(|| block(17));
    assert_eq!((old.stats().live_bytes(), new.stats().live_bytes()), (103, 17));
    drop(held);
    assert!(registry().remove_allocation_group(new));
    drop(more);
}

#[test]
fn a_thread_that_stays_inside_keeps_the_group() {
    let _alone = alone();
    let (stayed, turn) = (group("stayed"), Barrier::new(2));
    let (used, counts) = thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let _guard = stayed.enter();
            turn.wait();
            turn.wait();
            let held = block(100);
            let inside = (AllocationGroupToken::current(), stayed.stats().live_bytes());
            drop(held);
            inside
        });
        turn.wait();
        registry().remove_allocation_group(stayed);
        // A failure must not leave the thread waiting.
        let used = catch_unwind(use_every_free_place);
        turn.wait();
        (used, thread.join().expect("no panic"))
    });
    assert!(used.is_ok());
    assert_eq!(counts, (stayed, 100));
    use_every_free_place();
    assert_eq!(stayed.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn a_thread_that_has_left_keeps_nothing() {
    let _alone = alone();
    let left = group("left");
    let ((sender, has_left), (go_on, told)) = (mpsc::channel(), mpsc::channel::<()>());
    thread::scope(|scope| {
        scope.spawn(move || {
            left.scope(|| drop(block(100)));
            sender.send(()).expect("the test waits for it");
            told.recv().expect("the test goes on");
        });
        has_left.recv().expect("the thread leaves");
        registry().remove_allocation_group(left);
        let stats = left.stats();
        go_on.send(()).expect("the thread waits");
        assert_eq!(stats, AllocationStatsSnapshot::empty());
    });
}

#[test]
fn a_stale_token_shows_nothing_of_the_group_in_its_place() {
    let _alone = alone();
    let old = group("old");
    old.scope(|| drop(block(103)));
    registry().remove_allocation_group(old);
    // The place that became free last is used first.
    let new = group("new");
    let held = new.scope(|| block(59));
    assert_eq!((old.stats(), old.peak_bytes()), (AllocationStatsSnapshot::empty(), 0));
    old.track_exact_peak();
    old.reset_peak();
    assert_eq!((new.stats().live_bytes(), new.stats().allocated_bytes), (59, 59));
    drop(held);
    assert!(registry().remove_allocation_group(new));
}

#[test]
fn what_guards_dropped_in_another_order_were_in_is_drained() {
    let _alone = alone();
    let (first, second) = (group("left first"), group("left second"));
    for _ in 0..10 {
        let (outer, inner) = (first.enter(), second.enter());
        drop(outer);
        drop(inner);
        mem::forget(first.enter());
    }
    // Goes back to the root, whatever was forgotten in between.
    let root = AllocationGroupToken::root();
    root.scope(|| ());
    thread::scope(|scope| scope.spawn(|| ()).join().unwrap());
    let (outer, inner) = (root.enter(), root.enter());
    drop(outer);
    drop(inner);
    let _here = root.enter();
    assert!(registry().remove_allocation_group(second));
    use_every_free_place();
    assert_eq!(second.name(), "root", "it is reclaimed");
}

#[test]
fn a_forgotten_guard_does_not_throw_a_thread_out_of_a_removed_group() {
    let _alone = alone();
    let (removed, other) = (group("removed around"), group("forgotten inside"));
    let _guard = removed.enter();
    registry().remove_allocation_group(removed);
    let before = registry().stale_entries();
    AllocationGroupToken::root().scope(|| mem::forget(other.enter()));
    assert_eq!((AllocationGroupToken::current(), registry().stale_entries()), (removed, before));
}

#[test]
fn a_guard_dropped_late_does_not_take_the_place_of_another() {
    let _alone = alone();
    let [first, second, third, fourth] = ["late 1", "late 2", "late 3", "late 4"].map(group);
    let outer = first.enter();
    let late = second.enter();
    drop(outer);
    let (in_its_place, behind) = (third.enter(), fourth.enter());
    assert_eq!(AllocationGroupToken::current(), fourth);
    drop(late);
    assert_eq!(AllocationGroupToken::current(), fourth);
    for removed in [first, second, third, fourth] {
        registry().remove_allocation_group(removed);
    }
    AllocationGroupToken::root().scope(use_every_free_place);
    assert_eq!([first.name(), second.name()], ["root", "root"]);
    assert_eq!((AllocationGroupToken::current(), fourth.name().as_str()), (fourth, "late 4"));
    drop(behind);
    assert_eq!((AllocationGroupToken::current(), third.name().as_str()), (third, "late 3"));
    drop(in_its_place);
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
}

#[test]
fn a_thread_that_is_inside_of_as_many_groups_as_can_be_keeps_them_all() {
    /// How many there can be, as the documentation of `enter` says.
    const DEEPEST: usize = 948;
    let _alone = alone();
    let [around, deep, deepest] = ["around the deep", "deep", "deepest"].map(group);
    let mut guards = Vec::with_capacity(DEEPEST);
    guards.extend((2..DEEPEST).map(|_| around.enter()));
    guards.extend([deep.enter(), deepest.enter()]);
    assert_eq!(around.scope(AllocationGroupToken::current), AllocationGroupToken::root(), "it is too deep");
    for removed in [around, deep, deepest] {
        registry().remove_allocation_group(removed);
    }
    thread::scope(|scope| scope.spawn(use_every_free_place).join().expect("no panic"));
    for inside in [deepest, deep, around] {
        assert_eq!(AllocationGroupToken::current(), inside);
        assert_ne!(inside.name(), "root");
        drop(guards.pop());
    }
    while let Some(guard) = guards.pop() {
        drop(guard);
    }
    use_every_free_place();
    assert_eq!([around.name(), deep.name(), deepest.name()], ["root", "root", "root"]);
}

#[test]
fn a_guard_that_goes_back_keeps_the_group() {
    let _alone = alone();
    let (outer, inner) = (group("outer"), group("inner"));
    let outer_guard = outer.enter();
    let inner_guard = inner.enter();
    registry().remove_allocation_group(outer);
    AllocationGroupToken::root().scope(use_every_free_place);
    drop(inner_guard);
    assert_eq!(AllocationGroupToken::current(), outer);
    drop(block(60));
    assert_eq!(outer.stats().allocated_bytes, 60);
    drop(outer_guard);
    use_every_free_place();
    assert_eq!(outer.stats(), AllocationStatsSnapshot::empty());
    assert!(registry().remove_allocation_group(inner));
}

#[test]
fn a_group_that_an_ended_thread_never_left_is_drained() {
    let _alone = alone();
    let (forgotten, nested) = (group("forgotten"), group("nested"));
    thread::spawn(move || {
        mem::forget(forgotten.enter());
        drop(block(10));
        mem::forget(nested.enter());
        drop(block(10));
    })
    .join()
    .expect("no panic");
    assert!(registry().remove_allocation_group(forgotten) && registry().remove_allocation_group(nested));
    use_every_free_place();
    assert_eq!(forgotten.stats(), AllocationStatsSnapshot::empty());
    assert_eq!(nested.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn a_tracked_value_of_a_removed_group_counts_to_the_root() {
    let _alone = alone();
    let removed = group("tracked");
    let tracked = removed.scope(|| block(100)).track_allocations(removed);
    registry().remove_allocation_group(removed);
    let before = registry().stale_entries();
    drop(tracked);
    assert_eq!(registry().stale_entries(), before + 1);
    assert_eq!(removed.stats().live_bytes(), 0);
}

#[test]
fn a_new_group_in_a_used_place_has_a_peak_of_its_own() {
    let _alone = alone();
    let turn = Barrier::new(2);
    let old = group("peak before");
    thread::scope(|scope| {
        scope.spawn(|| {
            // Only the first block is reported; the rest is within a batch.
            let held = old.scope(|| (block(5000), block(100)));
            turn.wait();
            drop(held);
            turn.wait();
            turn.wait();
        });
        turn.wait();
        turn.wait();
        registry().remove_allocation_group(old);
        turn.wait();
    });
    for round in 1..=MOST {
        let new = group("peak after");
        assert_eq!(new.peak_bytes(), 0, "{round}");
        new.track_exact_peak();
        new.scope(|| drop(block(round)));
        assert_eq!(new.peak_bytes(), round);
        registry().remove_allocation_group(new);
    }
}

/// A group, and the size of every allocation that is meant for it. No size is a multiple of another, so allocations that were
/// meant for different groups do not add up to a multiple of either size.
#[derive(Clone, Copy)]
struct Sized {
    group: AllocationGroupToken,
    size: usize,
}

impl Sized {
    fn register(round: usize) -> Self {
        Self { group: group("changing"), size: 5003 + round }
    }

    /// Nobody has allocated in this group who meant another that had its place before, or has it now.
    fn assert_untouched_by_others(self) {
        let (stats, size) = (self.group.stats(), u64::try_from(self.size).expect("it is small"));
        assert_eq!(stats.allocated_bytes % size, 0, "{} {stats:?}", self.size);
    }
}

#[test]
fn threads_that_enter_while_groups_come_and_go_count_to_the_right_one() {
    const ROUNDS: usize = 600;
    const THREADS: usize = 3;
    let _alone = alone();
    let started = &Barrier::new(THREADS + 1);
    let shared = Mutex::new(Sized::register(0));
    let now = &|| *shared.lock().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        // Gone when the groups stop changing, also by a failure.
        let changing = Arc::new(());
        for _ in 0..THREADS {
            let changing = Arc::downgrade(&changing);
            scope.spawn(move || {
                let mut earlier = now();
                started.wait();
                for round in (0_usize..).take_while(|_| changing.strong_count() > 0) {
                    // Every other time that of some rounds ago, which is gone, and whose place is another's by now.
                    let meant = if round % 2 == 0 { now() } else { earlier };
                    if round % 8 == 0 {
                        earlier = now();
                    }
                    meant.group.scope(|| {
                        let current = AllocationGroupToken::current();
                        let held = block(meant.size);
                        drop(current.scope(|| block(meant.size)));
                        // Either the group, removed by now or not, or the root because it was removed.
                        let stats = current.stats();
                        drop(held);
                        assert!(current == meant.group || current == AllocationGroupToken::root());
                        assert!(stats.live_bytes() >= meant.size, "{stats:?}");
                    });
                }
            });
        }
        started.wait();
        for round in 1..ROUNDS {
            // Where there are fewer processors than threads, they should have their turns.
            thread::yield_now();
            let old = now();
            registry().remove_allocation_group(old.group);
            old.assert_untouched_by_others();
            let new = Sized::register(round);
            *shared.lock().unwrap_or_else(PoisonError::into_inner) = new;
            new.assert_untouched_by_others();
        }
    });
    let last = now();
    last.assert_untouched_by_others();
    registry().remove_allocation_group(last.group);
    use_every_free_place();
    assert_eq!(registry().removed_allocation_groups(), AllocationStatsSnapshot::empty());
    assert_eq!(registry().refused_allocation_groups(), 0);
}

#[test]
fn a_removed_component_leaves_its_live_bytes_to_the_root() {
    let _alone = alone();
    let components = ComponentRegistry::default();
    let session = components.get_or_create("sessions.first");
    let token = session.token();
    let held = token.scope(|| block(1 << 20));
    let before = components.usage();
    components.remove("sessions").expect("it is there");
    assert!(!token.is_registered());
    let after = components.usage();
    let bytes = |usage: &ComponentUsage| usage.live.expect("it is tracked").bytes;
    assert!(bytes(&after) >= bytes(&before) / 2 + (1 << 20), "{before:?} {after:?}");
    assert_eq!(after.total_live, after.live);
    drop(held);
    assert_ne!(components.get_or_create("sessions.first").token(), token);
    components.remove("sessions").expect("it is there");
}

#[test]
fn a_component_is_removed_from_its_own_tree_alone() {
    let _alone = alone();
    let (one, other) = (ComponentRegistry::default(), ComponentRegistry::default());
    let (first, second) = (one.get_or_create("shared").token(), other.get_or_create("shared").token());
    assert_ne!(first, second);
    assert_eq!((first.name(), second.name()), ("shared".to_owned(), "shared".to_owned()));
    one.remove("shared").expect("it is there");
    assert!(!first.is_registered() && second.is_registered());
    assert_eq!(other.get_or_create("shared").token(), second);
    other.remove("shared").expect("it is there");
}
