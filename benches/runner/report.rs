//! The whole report.

use std::fmt;

use super::allocators::{NOTES, Scale};
use super::arguments::Plan;
use super::goals::Goals;
use super::machine::Machine;
use super::measurements::Measurements;
use super::table::Table;

/// The whole report, in Markdown.
pub(crate) struct Report<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) measurements: &'a Measurements,
}

const HOW_TO_READ: &str = "\
Written by `cargo bench -p memory-accounting-benches --bench allocators`; how each number comes about stands in `benches/src/workloads`.

A cell is the median over the rounds, with its quartiles in brackets. Times are ratios to the bare inner allocator in the same round, whose own
time is in the column *bare*; memory is what comes on top of it. Entering, polls and snapshots are times, not ratios: the bare allocator has no groups.
";

impl fmt::Display for Report<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "# Allocators side by side\n\n{HOW_TO_READ}")?;
        writeln!(formatter, "Machine: {}. Rounds: {}.\n", Machine::detect(), self.plan.rounds)?;
        let Self { plan, measurements } = self;
        writeln!(formatter, "## Goals\n\n{}", Goals { plan, measurements })?;
        for bare in plan.allocators.iter().filter(|allocator| allocator.is_bare()) {
            match bare.scale {
                Scale::Full => writeln!(formatter, "## Over {}\n", bare.inner)?,
                scale @ Scale::Reduced => {
                    let divisor = scale.divisor();
                    writeln!(formatter, "## Over {}, with 1/{divisor} of the objects\n", bare.inner)?;
                }
            }
            let (allocators, workloads) = (&plan.allocators, &plan.workloads);
            writeln!(formatter, "{}", Table { bare, allocators, workloads, measurements })?;
        }
        write!(formatter, "## Notes\n\n{NOTES}")
    }
}
