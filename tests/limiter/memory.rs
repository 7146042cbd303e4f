//! Real memory: what is live and what is resident.

use std::hint::black_box;
use std::time::Duration;

use memory_accounting::allocator::AllocationGroupRegistry;
use memory_accounting::testing::frees_that_woke;
use memory_accounting::{Level, LimiterError, MemoryLimiter, ReserveReason};

use crate::{PATIENCE, grant, poll_once, state, until, within_patience};

const MIB: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_woken_by_the_free_that_makes_room() {
    // A look that is taken for another reason may come just before the thread is woken, again and again while other tests have it look.
    for _ in 0..200 {
        let before = frees_that_woke();
        waits_for_a_free().await;
        if frees_that_woke() > before {
            return;
        }
    }
    panic!("no free has woken the thread that lets callers through");
}

async fn waits_for_a_free() {
    let limiter = MemoryLimiter::new(grant(1024 * MIB)).unwrap();
    // Its pages are never touched, so that only the tracking allocator sees it.
    let held = black_box(vec![0_u8; 1000 * MIB]);
    assert_eq!(limiter.level(), Level::Hard);
    assert!(poll_once(limiter.wait_for_capacity()).is_pending());
    let waits = tokio::spawn({
        let limiter = limiter.clone();
        async move { limiter.reserve(500 * MIB as u64).await.map(drop) }
    });
    until(|| state(&limiter).waiting == 1).await;
    drop(held);
    within_patience(waits).await.unwrap().unwrap();
    assert_eq!(state(&limiter).counts.progressed, 0);
    until(|| limiter.level() == Level::Normal).await;
}

#[test]
fn a_refusal_names_those_who_have_most() {
    let limiter = MemoryLimiter::builder(grant(512 * MIB)).with_limit_source("--limit").start().unwrap();
    let group = AllocationGroupRegistry::global().register_allocation_group("has most");
    let held = group.scope(|| black_box(vec![0_u8; 480 * MIB]));
    let error = limiter.reserve_blocking(100 * MIB as u64, Duration::ZERO).unwrap_err();
    assert_eq!((error.reason, error.limit_source.as_deref()), (ReserveReason::TimedOut, Some("--limit")));
    assert_eq!(error.largest.first(), Some(&("has most".to_owned(), 480 * MIB as u64)));
    drop(held);
}

#[test]
#[cfg(target_os = "linux")]
fn a_grant_below_what_is_held_at_rest_is_told_at_once() {
    let error = MemoryLimiter::new(grant(1)).unwrap_err();
    let LimiterError::BelowUsageAtRest { limit_bytes: 1, held_bytes, enough_bytes, .. } = error else {
        panic!("{error}")
    };
    assert!(held_bytes > 100_000 && enough_bytes > held_bytes, "{held_bytes} {enough_bytes}");
    // Obeyed, with something for what other tests hold meanwhile.
    let enough = usize::try_from(enough_bytes).unwrap() + 2048 * MIB;
    let limiter = MemoryLimiter::new(grant(enough)).unwrap();
    limiter.wait_for_capacity_blocking(PATIENCE).unwrap();
}
