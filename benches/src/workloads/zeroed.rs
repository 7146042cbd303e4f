//! Is memory that the system gives zeroed left alone until it is used?

use std::hint::black_box;

use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::resident::resident_bytes;
use crate::workload::Workload;

const BYTES: usize = 256 << 20;

pub(super) fn workloads<G: Groups>() -> [Workload; 2] {
    [
        Workload::time("zeroed_time", "vec![0; 256 MiB] made and dropped", how_long::<G>),
        Workload::memory("zeroed_resident", "resident after vec![0; 256 MiB]", how_much::<G>),
    ]
}

fn how_long<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    conditions.fastest(|| time(|| drop(black_box(zeros()))))
}

fn how_much<G: Groups>(conditions: &Conditions) -> Option<f64> {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    // So that what reading and counting make on first use is there before. Far smaller, because an allocator that keeps
    // what was freed would give the same block again and have to clear it.
    resident_bytes()?;
    drop(black_box(vec![0_u8; 1 << 20]));
    let before = resident_bytes()?;
    let zeros = black_box(zeros());
    let after = resident_bytes()?;
    drop(zeros);
    Some(after - before)
}

fn zeros() -> Vec<u8> {
    vec![0; black_box(BYTES)]
}
