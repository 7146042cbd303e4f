//! What to measure, from the command line.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use memory_accounting_benches::{NoGroups, Workload, all_workloads};

use super::allocators::{ALLOCATORS, Allocator};

const ROUNDS: u32 = 9;
const QUICK_ROUNDS: u32 = 3;
const MILLISECONDS: u32 = 60;
const QUICK_MILLISECONDS: u32 = 15;

/// Measures allocators side by side and prints a report in Markdown. A full run also writes it to benches/ALLOCATORS.md.
#[derive(Debug, Parser)]
#[command(name = "allocators")]
pub(crate) struct Arguments {
    /// How often everything is measured [default: 9, or 3 with --quick]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Measure only this workload; may be given more than once
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(workload_names()))]
    workload: Vec<String>,
    /// Measure only this allocator, beside the bare ones; may be given more than once
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(wrapper_names()))]
    allocator: Vec<String>,
    /// Take a quarter of the time for each number and a third of the rounds
    #[arg(long)]
    quick: bool,
    /// Write the report to this file, also when not everything was measured
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// What to measure.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rounds: u32,
    pub(crate) milliseconds: u32,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) allocators: Vec<Allocator>,
    pub(crate) output: Option<PathBuf>,
    quick: bool,
}

impl Arguments {
    pub(crate) fn plan(self) -> Plan {
        let mut workloads = all_workloads::<NoGroups>();
        if !self.workload.is_empty() {
            workloads.retain(|workload| self.workload.iter().any(|name| name == workload.name));
        }
        let mut allocators = ALLOCATORS.to_vec();
        if !self.allocator.is_empty() {
            let chosen: Vec<Allocator> = ALLOCATORS
                .into_iter()
                .filter(|known| self.allocator.iter().any(|name| name == known.wrapper))
                .collect();
            allocators.retain(|known| {
                chosen.iter().any(|chosen| chosen.wrapper == known.wrapper || chosen.is_compared_to(known))
            });
        }
        Plan {
            rounds: self.rounds.unwrap_or(if self.quick { QUICK_ROUNDS } else { ROUNDS }),
            milliseconds: if self.quick { QUICK_MILLISECONDS } else { MILLISECONDS },
            workloads,
            allocators,
            output: self.output,
            quick: self.quick,
        }
    }
}

impl Plan {
    /// The allocators, beginning with another one in each round.
    pub(crate) fn in_turn(&self, round: u32) -> impl Iterator<Item = &Allocator> {
        let all = self.allocators.len();
        self.allocators.iter().cycle().skip(round as usize % all.max(1)).take(all)
    }

    /// Whether nothing was left out, so that the report may take the place of the last one.
    pub(crate) fn is_full(&self) -> bool {
        !self.quick
            && self.allocators.len() == ALLOCATORS.len()
            && self.workloads.len() == all_workloads::<NoGroups>().len()
    }
}

fn workload_names() -> Vec<&'static str> {
    all_workloads::<NoGroups>().iter().map(|workload| workload.name).collect()
}

fn wrapper_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = ALLOCATORS.iter().map(|allocator| allocator.wrapper).collect();
    names.sort_unstable();
    names.dedup();
    names
}
