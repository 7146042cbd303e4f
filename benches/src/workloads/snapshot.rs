//! What does it cost to read the counts of all groups, when many threads have counted in each?

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

use crate::block::Block;
use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

const GROUPS: u32 = 1_000;

pub(super) fn workloads<G: Groups>() -> [Workload; 2] {
    [
        Workload::of_groups(
            "snapshot_8",
            "snapshot of 1,000 groups that 8 threads each use",
            measure::<G, 8>,
        ),
        Workload::of_groups(
            "snapshot_64",
            "snapshot of 1,000 groups that 64 threads each use",
            measure::<G, 64>,
        ),
    ]
}

fn measure<G: Groups, const THREADS: usize>(conditions: &Conditions) -> Option<f64> {
    let groups: Vec<G> =
        (0..GROUPS).map(|group| G::register(&format!("group {group}"))).collect::<Option<_>>()?;
    let counted = Barrier::new(THREADS + 1);
    let measured = Barrier::new(THREADS + 1);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for group in &groups {
                    let _guard = group.enter();
                    drop(black_box(Block::new(64)));
                }
                counted.wait();
                measured.wait();
            });
        }
        counted.wait();
        let run = conditions.fastest(|| time(|| _ = black_box(G::read_all())));
        measured.wait();
        Some(run)
    })
}
