//! What our allocator is meant to reach, and whether it does.

use std::fmt;

use super::allocators::{Inner, SIDE_TABLE};
use super::arguments::Plan;
use super::measurements::Measurements;
use super::table;

/// One number to reach.
struct Goal {
    wrapper: &'static str,
    inner: Inner,
    workload: &'static str,
    at_most: f64,
}

const PAGE: f64 = 4096.0;

const GOALS: [Goal; 38] = [
    Goal::new(Inner::System, "pair_1", 1.25),
    Goal::new(Inner::System, "pair_2", 1.30),
    Goal::new(Inner::System, "replacement", 1.20),
    Goal::new(Inner::System, "producer_consumer", 1.05),
    Goal::new(Inner::System, "vec_growth", 1.03),
    Goal::new(Inner::System, "hash_map", 1.05),
    Goal::new(Inner::System, "json_1", 1.05),
    Goal::new(Inner::System, "json_2", 1.05),
    // Nothing is touched; that less than a page is, is what can be measured.
    Goal::new(Inner::System, "zeroed_resident", PAGE - 1.0),
    Goal::new(Inner::Mimalloc, "pair_1", 1.25),
    Goal::new(Inner::Jemalloc, "pair_1", 1.30),
    Goal::new(Inner::System, "enter_exit_from_root", 1.5),
    Goal::new(Inner::System, "enter_exit_nested", 1.5),
    Goal::new(Inner::System, "poll", 0.4),
    Goal::new(Inner::System, "snapshot_8", 15_000.0),
    Goal::new(Inner::System, "snapshot_64", 100_000.0),
    Goal::new(Inner::Mimalloc, "pair_1", 1.40).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_8", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_16", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_32", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_64", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_128", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_256", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_512", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_1024", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_2048", 4.0).with_side_table(),
    Goal::new(Inner::Mimalloc, "resident_4096", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "pair_1", 1.50).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_8", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_16", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_32", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_64", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_128", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_256", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_512", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_1024", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_2048", 4.0).with_side_table(),
    Goal::new(Inner::Jemalloc, "resident_4096", 4.0).with_side_table(),
];

impl Goal {
    const fn new(inner: Inner, workload: &'static str, at_most: f64) -> Self {
        Self { wrapper: "ours", inner, workload, at_most }
    }

    const fn with_side_table(self) -> Self {
        Self { wrapper: SIDE_TABLE, ..self }
    }
}

/// The goals that were measured, in Markdown.
pub(crate) struct Goals<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) measurements: &'a Measurements,
}

impl fmt::Display for Goals<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| | | over | goal: at most | measured | |\n|---|---|---|--:|--:|---|")?;
        for goal in &GOALS {
            self.row(goal, formatter).unwrap_or(Ok(()))?;
        }
        Ok(())
    }
}

impl Goals<'_> {
    /// `None` where it was not measured.
    fn row(&self, goal: &Goal, formatter: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        let workload = self.plan.workloads.iter().find(|workload| workload.name == goal.workload)?;
        let mut allocators = self.plan.allocators.iter();
        let allocator = allocators.find(|one| one.wrapper == goal.wrapper && one.inner == goal.inner)?;
        let bare = self.plan.allocators.iter().find(|bare| allocator.is_compared_to(bare))?;
        let measured = self.measurements.compared(workload, allocator, bare)?;
        // To the hundredths that are shown.
        let verdict = if measured.median < goal.at_most + 0.005 { "reached" } else { "**missed**" };
        let at_most = table::compared(workload, goal.at_most);
        let measured = table::with_spread(workload, measured);
        let (title, inner, wrapper) = (workload.title, goal.inner, goal.wrapper);
        Some(writeln!(formatter, "| {title} | {wrapper} | {inner} | {at_most} | {measured} | {verdict} |"))
    }
}
