//! What a limiter takes from a program that has room left, but not plenty.

use std::array;
use std::hint::black_box;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use crate::cgroup::policy::{Enforced, Policy, grant};
use crate::table::{self, Row};

const LIMIT_BYTES: usize = 256 * 1024 * 1024;

/// So few at once that what else the machine does falls between two runs far more often than into one.
const BLOCKS: u32 = 200;
const ROUNDS: usize = 1_500;

pub(crate) const HEAD: &str = "\
| time lost with three quarters of the grant in use | median | quartiles | goal: at most | |
|---|--:|--:|--:|---|";

const POLICIES: [Policy; 3] = [Policy::Polling, Policy::Wait, Policy::Reserve];

/// For blocks that are allocated, filled and freed under each policy, how much longer they take than without one, in percent.
pub(crate) fn measure() -> Vec<Row> {
    let held = vec![1_u8; grant(LIMIT_BYTES).effective_limit_bytes() / 4 * 3];
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let none = Policy::None.enforce(LIMIT_BYTES);
    let policies = POLICIES.map(|policy| policy.enforce(LIMIT_BYTES));
    let rows = [16, 64].map(|kibibytes| {
        let run = |policy: &Enforced| allocate(&runtime, policy, kibibytes * 1024).as_secs_f64();
        let lost = losses(&policies, &none, run);
        array::from_fn::<Row, { POLICIES.len() }, _>(|index| {
            let (policy, lost) = (POLICIES[index], lost[index].clone());
            let name = format!("{policy}, for each block of {kibibytes} KiB");
            table::row(&name, lost, (policy != Policy::Polling).then_some(1.0), "%")
        })
    });
    drop(black_box(held));
    rows.into_iter().flatten().collect()
}

/// In each round a run without a policy stands before and after each with one, so that what changes slowly changes nothing.
fn losses(
    policies: &[Enforced; POLICIES.len()],
    none: &Enforced,
    run: impl Fn(&Enforced) -> f64,
) -> [Vec<f64>; POLICIES.len()] {
    let mut lost = policies.each_ref().map(|_| Vec::new());
    let mut before = run(none);
    for _ in 0..ROUNDS {
        for (policy, lost) in policies.iter().zip(&mut lost) {
            let with = run(policy);
            let after = run(none);
            lost.push((with / f64::midpoint(before, after) - 1.0) * 100.0);
            before = after;
        }
    }
    lost
}

/// How long so many blocks take, one after another.
fn allocate(runtime: &Runtime, policy: &Enforced, bytes: usize) -> Duration {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..BLOCKS {
            drop(black_box(policy.allocate(bytes).await));
        }
        start.elapsed()
    })
}
