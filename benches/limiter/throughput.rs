//! What a limiter takes from a program that has room left, but not plenty.

use std::hint::black_box;
use std::time::{Duration, Instant};

use memory_accounting_benches::Spread;
use tokio::runtime::Builder;

use crate::cgroup::policy::{Enforced, Policy, grant};

const LIMIT_BYTES: usize = 256 * 1024 * 1024;

/// A packet.
const BLOCK_BYTES: usize = 16 * 1024;

const BLOCKS: u32 = 100_000;
const ROUNDS: u32 = 15;

/// For each policy the median over the rounds, each of which runs all policies.
pub(crate) fn measure() -> Vec<(String, f64)> {
    let held = vec![1_u8; grant(LIMIT_BYTES).effective_limit_bytes() / 4 * 3];
    let none = Policy::None.enforce(LIMIT_BYTES);
    let policies = [Policy::Polling, Policy::Wait].map(|policy| (policy, policy.enforce(LIMIT_BYTES)));
    let mut ratios = policies.each_ref().map(|_| Vec::new());
    for _ in 0..ROUNDS {
        let without = allocate(&none);
        for ((_, policy), ratios) in policies.iter().zip(&mut ratios) {
            ratios.push(without.div_duration_f64(allocate(policy)));
        }
    }
    drop(black_box(held));
    let median = |ratios| Spread::of(ratios).map_or(f64::NAN, |spread| spread.median);
    policies.iter().zip(ratios).map(|((policy, _), ratios)| (policy.to_string(), median(ratios))).collect()
}

/// How long so many blocks take, one after another.
fn allocate(policy: &Enforced) -> Duration {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..BLOCKS {
            drop(black_box(policy.allocate(BLOCK_BYTES).await));
        }
        start.elapsed()
    })
}
