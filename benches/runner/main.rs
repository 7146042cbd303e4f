//! What does our allocator cost beside the bare one and beside others?
//!
//! Run with `cargo bench -p memory-accounting-benches --bench allocators`; `-- --help` tells the options.
//!
//! Every allocator is a program of its own, and every number comes from a fresh process. In each round each workload is
//! measured with each allocator in turn, so that what else the machine does falls on all of them alike; ratios are to the
//! bare inner allocator in the same round. A full run writes `benches/ALLOCATORS.md`.

mod allocators;
mod arguments;
mod goals;
mod machine;
mod measurements;
mod report;
mod run;
mod table;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;

use self::arguments::Arguments;
use self::report::Report;

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Arguments::parse().plan();
    let output = plan.output.clone().or_else(|| plan.is_full().then(full_report));
    let measurements = run::run(&plan)?;
    let report = Report { plan: &plan, measurements: &measurements }.to_string();
    print!("{report}");
    if let Some(output) = output {
        fs::write(&output, report).map_err(|error| format!("cannot write {}: {error}", output.display()))?;
    }
    Ok(())
}

fn full_report() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ALLOCATORS.md")
}
