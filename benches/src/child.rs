//! The `main` of every program in `src/bin`.

use std::env;
use std::process::ExitCode;

use crate::conditions::Request;
use crate::groups::Groups;
use crate::workloads;

/// Measures what the command line asks for and prints the number, or `none`.
#[must_use]
pub fn main<G: Groups>() -> ExitCode {
    match measure::<G>() {
        Ok(Some(number)) => println!("{number}"),
        Ok(None) => println!("none"),
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn measure<G: Groups>() -> Result<Option<f64>, String> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Request { workload, conditions } = Request::parse(&arguments)?;
    let workload = workloads::all::<G>()
        .into_iter()
        .find(|known| known.name == workload)
        .ok_or_else(|| format!("there is no workload `{workload}`"))?;
    Ok(workload.measure(&conditions))
}
