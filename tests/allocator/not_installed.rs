//! Tokens, guards and reports without a tracking allocator.

use std::hint::black_box;

use memory_accounting::allocator::{
    AllocationGroupRegistry, AllocationGroupToken, AllocationStatsSnapshot, Track,
};
use memory_accounting::{LimiterError, MemoryGrant, MemoryLimiter};

#[test]
fn the_allocator_is_found_to_be_missing() {
    assert!(!AllocationGroupRegistry::allocator_installed());
}

#[test]
fn tokens_work_and_count_nothing() {
    let registry = AllocationGroupRegistry::global();
    let group = registry.register_allocation_group("untracked");
    assert_eq!(registry.register_allocation_group("untracked"), group);
    let guard = group.enter();
    assert_eq!(AllocationGroupToken::current(), group);
    let tracked = black_box(Box::new(1_u8)).in_current_allocation_group();
    drop(guard);
    assert_eq!(AllocationGroupToken::current(), AllocationGroupToken::root());
    let (token, value) = tracked.into_parts();
    assert_eq!((token, *value), (group, 1));
    assert_eq!(group.stats(), AllocationStatsSnapshot::empty());
}

#[test]
fn every_group_reports_zero() {
    let registry = AllocationGroupRegistry::global();
    registry.register_allocation_group("reported");
    let mut groups = Vec::new();
    registry.visit_allocation_groups(|name, stats| {
        groups.push((name.to_owned(), stats.has_allocated(), stats.snapshot()));
    });
    assert!(groups.len() >= 2);
    for (name, has_allocated, snapshot) in groups {
        assert_eq!((has_allocated, snapshot), (false, AllocationStatsSnapshot::empty()), "{name}");
    }
    assert_eq!(AllocationGroupRegistry::total(), AllocationStatsSnapshot::empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_limiter_goes_by_the_resident_size() {
    const HELD: usize = 64 * 1024 * 1024;
    let held = black_box(vec![1_u8; HELD]);
    let limiter = MemoryLimiter::new(MemoryGrant::effective(16 * HELD).unwrap()).unwrap();
    let ledger = limiter.state().unwrap().ledger;
    assert!(ledger.resident_bytes.unwrap() >= HELD as u64);
    assert_eq!((ledger.live_bytes, Some(ledger.held_bytes())), (0, ledger.resident_bytes));
    let error = MemoryLimiter::new(MemoryGrant::effective(HELD).unwrap()).unwrap_err();
    assert!(matches!(error, LimiterError::BelowUsageAtRest { .. }), "{error}");
    drop(held);
}

#[test]
#[cfg(not(target_os = "linux"))]
fn there_is_no_limiter_without_any_reading() {
    let error = MemoryLimiter::new(MemoryGrant::effective(1).unwrap()).unwrap_err();
    assert!(matches!(error, LimiterError::NoReading { .. }), "{error}");
}
