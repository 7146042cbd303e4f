//! What to run, from the command line.

use clap::Parser;

use crate::cgroup::load::{
    CONNECTIONS, EIGHT_PRODUCERS, Load, MANY_PRODUCERS, MANY_PRODUCERS_OF_LARGE_BLOCKS, PACED_PRODUCERS,
};
use crate::cgroup::policy::Policy;
use crate::cgroup::size::MEBIBYTE;

/// Prints a table in Markdown: which policies survive which loads in a memory limit.
#[derive(Debug, Parser)]
#[command(name = "survival")]
pub(crate) struct Arguments {
    /// How often each load is run with each policy
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long a load goes on
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=10))]
    seconds: u64,
    /// Only policies that have this in their name
    #[arg(long, value_name = "NAME", default_value = "")]
    policy: String,
    /// Only loads that have this in their name
    #[arg(long, value_name = "NAME", default_value = "")]
    load: String,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// What to run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) rounds: u32,
    pub(crate) milliseconds: u64,
    pub(crate) policies: Vec<Policy>,
    pub(crate) loads: Vec<(&'static str, Load)>,
}

const LOADS: [(&str, Load); 6] = [
    ("8 producers of 64 KiB, 100 MiB/s in all, in 128 MiB", PACED_PRODUCERS),
    (
        "8 producers of 64 KiB, 400 MiB/s in all, in 128 MiB",
        Load { inflow_bytes: Some(400 * MEBIBYTE), ..PACED_PRODUCERS },
    ),
    ("8 producers of 64 KiB in 128 MiB", EIGHT_PRODUCERS),
    ("256 producers of 16 KiB in 64 MiB", MANY_PRODUCERS),
    ("256 producers of 64 KiB in 64 MiB", MANY_PRODUCERS_OF_LARGE_BLOCKS),
    ("500 connections of 64 KiB in 128 MiB", CONNECTIONS),
];

/// From what costs nothing to what is meant to hold.
const POLICIES: [Policy; 4] = [Policy::None, Policy::Polling, Policy::Wait, Policy::Reserve];

impl Arguments {
    pub(crate) fn plan(self) -> Plan {
        let mut policies = POLICIES.to_vec();
        policies.retain(|policy| policy.to_string().contains(&self.policy));
        let mut loads = LOADS.to_vec();
        loads.retain(|(name, _)| name.contains(&self.load));
        Plan { rounds: self.rounds, milliseconds: self.seconds * 1000, policies, loads }
    }
}

impl Plan {
    pub(crate) fn largest_limit_bytes(&self) -> usize {
        self.loads.iter().map(|(_, load)| load.limit_bytes).max().unwrap_or_default()
    }
}
