//! What does counting add to the cheapest thing an allocator does: a small block made and freed at once?

use std::hint::black_box;

use super::threads;
use crate::block::Block;
use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

const BYTES: usize = 64;

pub(super) fn workloads<G: Groups>() -> [Workload; 2] {
    [
        Workload::time("pair_1", "64-byte alloc + free, 1 thread", on_one_thread::<G>),
        Workload::time("pair_2", "64-byte alloc + free, 2 threads in one group", on_two_threads::<G>),
    ]
}

fn on_one_thread<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let pairs = conditions.count(20_000);
    let run = conditions.fastest(|| time(|| allocate_and_free(pairs)));
    run / f64::from(pairs)
}

fn on_two_threads<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let pairs = conditions.count(200_000);
    let enter = || group.as_ref().map(G::enter);
    let run = conditions.median(|| threads::at_once(2, enter, || allocate_and_free(pairs)));
    run / f64::from(pairs)
}

fn allocate_and_free(pairs: u32) {
    let bytes = black_box(BYTES);
    for _ in 0..pairs {
        drop(Block::new(bytes));
    }
}
