//! More groups than anyone needs, and then more than there are.

use std::alloc::System;
use std::hint::black_box;
use std::thread;

use memory_accounting::allocator::{AllocationGroupRegistry, AllocationGroupToken, TrackingAllocator};

#[global_allocator]
static ALLOCATOR: TrackingAllocator<System> = TrackingAllocator::new(System);

const MANY: usize = 10_000;

/// How many groups the documentation of the registry promises beside the root group.
const MOST: usize = 16_382;

fn name(index: usize) -> String {
    format!("group {index:05}")
}

/// One test, because the groups it uses up are those of the whole process.
#[test]
fn groups_are_exact_until_they_run_out_and_then_become_root() {
    let registry = AllocationGroupRegistry::global();
    let groups: Vec<_> = (0..MANY).map(|index| registry.register_allocation_group(name(index))).collect();
    each_counts_for_itself(&groups);

    for index in MANY..MOST {
        assert_ne!(registry.register_allocation_group(name(index)), AllocationGroupToken::root(), "{index}");
    }
    assert_eq!(registry.refused_allocation_groups(), 0);

    let refused = registry.register_allocation_group("one too many");
    assert_eq!(refused, AllocationGroupToken::root());
    assert_eq!(registry.refused_allocation_groups(), 1);
    assert_eq!(registry.find_allocation_group("one too many"), None);

    assert_eq!(registry.register_allocation_group(name(0)), groups[0]);
    assert_eq!(registry.register_allocation_group("root"), AllocationGroupToken::root());
    assert_eq!(registry.refused_allocation_groups(), 1);

    all_are_visited_in_order(registry);
}

fn each_counts_for_itself(groups: &[AllocationGroupToken]) {
    let blocks: Vec<Vec<u8>> = (1..).zip(groups).map(|(size, group)| group.scope(|| vec![0; size])).collect();
    for (size, group) in (1..).zip(groups) {
        assert_eq!((group.stats().live_bytes(), group.stats().live_objects()), (size, 1), "{}", group.name());
    }
    thread::spawn(move || drop(black_box(blocks))).join().expect("no panic");
    for (size, group) in (1..).zip(groups) {
        assert_eq!(
            (group.stats().deallocated_bytes, group.stats().live_objects()),
            (size, 0),
            "{}",
            group.name()
        );
    }
}

fn all_are_visited_in_order(registry: &AllocationGroupRegistry) {
    let mut next = None;
    registry.visit_allocation_groups(|visited, _| match &mut next {
        None => {
            assert_eq!(visited, "root");
            next = Some(0);
        }
        Some(index) => {
            assert_eq!(visited, name(*index));
            *index += 1;
        }
    });
    assert_eq!(next, Some(MOST));
}
