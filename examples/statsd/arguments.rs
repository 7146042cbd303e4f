//! The command line, and how it joins the configuration file.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::Parser;
use memory_accounting::StartupMode;

use crate::configuration::{Address, Configuration, Count, FileError};
use crate::demo;

/// A StatsD agent that lives inside a memory limit.
#[derive(Debug, Parser)]
#[command(name = "statsd", version)]
pub(crate) struct Arguments {
    /// Where to receive StatsD packets [default: 127.0.0.1:8125]
    #[arg(long, value_name = "ADDRESS")]
    statsd_addr: Option<Address>,

    /// Where to answer `GET /metrics` [default: 127.0.0.1:8126]
    #[arg(long, value_name = "ADDRESS")]
    http_addr: Option<Address>,

    /// Memory the agent may use, such as 64MiB [default: as much as the kernel lets it, and 32MiB
    /// in a demonstration]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) limit: Option<ByteSize>,

    /// Part of the limit to keep back for what no component declares: code, stacks, fragmentation [default: 0.15]
    #[arg(long, value_name = "PART")]
    slop_factor: Option<f64>,

    /// What becomes of settings that may not fit the limit: refused (strict), or run with a warning and inside the
    /// limit (permissive), or with nobody held back (observe); off neither verifies nor limits [default: strict]
    #[arg(long, value_name = "MODE")]
    mode: Option<StartupMode>,

    /// Distinct combinations of metric name and tags to keep [default: 4096]
    #[arg(long, value_name = "COUNT")]
    context_limit: Option<Count>,

    /// Settings in TOML, of which examples/statsd/statsd.toml has all with their defaults; flags override them
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Send the agent real traffic for a few seconds, print what became of it, and exit
    #[arg(long)]
    pub(crate) demo: bool,

    /// Print what the settings declare, as JSON for `memory-bounds`, and exit
    #[arg(long)]
    pub(crate) print_bounds: bool,

    /// Tell where a browser shows the memory of every component; with --demo, go on sending meanwhile, for ten minutes or until
    /// Ctrl-C
    #[arg(long)]
    pub(crate) dashboard: bool,
}

/// Reads a size as the file has it: bytes, or a number with a unit.
fn size(text: &str) -> Result<ByteSize, String> {
    text.parse().map_err(|_| format!("`{text}` is no size; write bytes, or a unit such as 64MiB"))
}

impl Arguments {
    /// Whether there is a file to read again.
    pub(crate) fn have_file(&self) -> bool {
        self.config.is_some()
    }

    /// How the operator calls the setting that the limit of `configuration` is from: the flag, which comes first, or the key of the file.
    pub(crate) fn limit_setting(&self, configuration: &Configuration) -> &'static str {
        // The flag replaces the one of a demonstration.
        let is_from_file = self.limit.is_none() && !configuration.limit_is_the_demonstrations;
        if is_from_file && configuration.memory.limit_bytes.is_some() { "memory.limit" } else { "--limit" }
    }

    /// The settings of the file, where there is one, overridden by the flags that were given.
    pub(crate) fn configuration(&self) -> Result<Configuration, FileError> {
        let mut configuration = match &self.config {
            Some(path) => Configuration::read(path)?,
            None => Configuration::default(),
        };
        if let Some(address) = self.statsd_addr {
            configuration.source.address = address;
        }
        if let Some(address) = self.http_addr {
            configuration.destination.address = address;
        }
        if let Some(limit) = self.limit {
            configuration.memory.limit_bytes = Some(limit.as_u64());
        }
        if let Some(part) = self.slop_factor {
            configuration.memory.slop_factor = part;
        }
        if let Some(mode) = self.mode {
            configuration.memory.mode = mode;
        }
        if let Some(limit) = self.context_limit {
            configuration.aggregator.context_limit = limit;
        }
        let memory = &mut configuration.memory;
        if self.demo && memory.mode != StartupMode::Off && memory.limit_bytes.is_none() {
            memory.limit_bytes = demo::limit_bytes();
            configuration.limit_is_the_demonstrations = memory.limit_bytes.is_some();
        }
        Ok(configuration)
    }
}
