//! What does it cost to enter a group and leave it again?

use std::hint::black_box;

use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

const PAIRS: u32 = 100_000;

pub(super) fn workloads<G: Groups>() -> [Workload; 2] {
    [
        Workload::of_groups(
            "enter_exit_from_root",
            "enter + exit of a group, from the root group",
            from_root::<G>,
        ),
        Workload::of_groups("enter_exit_nested", "enter + exit of a group, from another group", nested::<G>),
    ]
}

fn from_root<G: Groups>(conditions: &Conditions) -> Option<f64> {
    let group = G::register("entered")?;
    Some(enter_and_exit(&group, conditions))
}

fn nested<G: Groups>(conditions: &Conditions) -> Option<f64> {
    let outer = G::register("around")?;
    let group = G::register("entered")?;
    let _guard = outer.enter();
    Some(enter_and_exit(&group, conditions))
}

fn enter_and_exit<G: Groups>(group: &G, conditions: &Conditions) -> f64 {
    // So that what the first allocation of a thread makes is there before.
    drop(black_box(Box::new(0_u8)));
    let run = conditions.fastest(|| {
        time(|| {
            for _ in 0..PAIRS {
                let _guard = group.enter();
                // Stands for what is done inside: without it, entering and leaving would cancel each other out.
                black_box(0_u8);
            }
        })
    });
    run / f64::from(PAIRS)
}
