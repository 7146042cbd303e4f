//! Many threads at a small limit: nobody waits for ever, no more is promised than there is room for, and nothing is left of it.
//!
//! `LIMITER_STRESS_SECONDS=120 cargo test --release -p memory-accounting-tests --test limiter stress` goes on for so long.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use memory_accounting::MemoryLimiter;

use crate::{PATIENCE, limiter_reading, state};

const THREADS: u64 = 8;

/// Reserves, gives up, splits, shrinks and drops, `turns` times; no holder waits for anybody.
fn reserve_and_drop(limiter: &MemoryLimiter, seed: u64, turns: u64) {
    for turn in 0..turns {
        let random = (turn.wrapping_mul(THREADS) + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let bytes = 100 + random % 300;
        if random % 7 == 0 {
            let _ = pin!(limiter.reserve(bytes)).poll(&mut Context::from_waker(Waker::noop()));
        }
        let mut reservation = limiter.reserve_blocking(bytes, PATIENCE).unwrap();
        let part = reservation.split(random % 100);
        reservation.shrink(random % 50);
        let _ = limiter.try_reserve(bytes);
        assert!(state(limiter).ledger.unfilled_bytes <= 970);
        drop(part);
    }
}

#[test]
fn threads_that_reserve_and_drop_neither_hang_nor_have_too_much() {
    let (limiter, _) = limiter_reading(0);
    let seconds = std::env::var("LIMITER_STRESS_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let end = Instant::now().checked_add(Duration::from_secs(seconds.unwrap_or(0)));
    loop {
        thread::scope(|scope| {
            for seed in 0..THREADS {
                let limiter = &limiter;
                scope.spawn(move || reserve_and_drop(limiter, seed, 300));
            }
        });
        let state = state(&limiter);
        assert_eq!((state.ledger.unfilled_bytes, state.reservations, state.waiting), (0, 0, 0));
        if end.is_none_or(|end| Instant::now() >= end) {
            break;
        }
    }
}
