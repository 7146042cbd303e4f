//! Running the programs in turn.

use std::error::Error;
use std::process::Command;

use memory_accounting_benches::{Comparison, Conditions, Quantity, Request, Scope, Workload};

use super::allocators::{Allocator, Scale};
use super::arguments::Plan;
use super::measurements::Measurements;

/// Rounds in which memory is measured: it hardly varies.
const MEMORY_ROUNDS: u32 = 3;

/// Measures everything in `plan`, and tells on standard error how far it is.
pub(crate) fn run(plan: &Plan) -> Result<Measurements, Box<dyn Error>> {
    let mut measurements = Measurements::new();
    for round in 0..plan.rounds {
        for workload in plan.workloads.iter().filter(|workload| is_due(workload, round)) {
            eprintln!("round {} of {}: {}", round + 1, plan.rounds, workload.name);
            for allocator in plan.in_turn(round).filter(|allocator| asks(workload, allocator)) {
                if let Some(number) = measure(plan, workload, allocator)? {
                    measurements.add(workload, allocator, round, number);
                }
            }
        }
    }
    Ok(measurements)
}

fn is_due(workload: &Workload, round: u32) -> bool {
    workload.quantity == Quantity::Time || round < MEMORY_ROUNDS
}

/// Whether the answer of `allocator` is not known from another one.
fn asks(workload: &Workload, allocator: &Allocator) -> bool {
    workload.comparison != Comparison::Alone
        || (allocator.scope == Scope::Group && allocator.scale == Scale::Full)
}

fn measure(plan: &Plan, workload: &Workload, allocator: &Allocator) -> Result<Option<f64>, Box<dyn Error>> {
    let conditions = Conditions {
        scope: allocator.scope,
        milliseconds: plan.milliseconds,
        divisor: allocator.scale.divisor(),
    };
    let request = Request { workload: workload.name.to_owned(), conditions };
    let output = Command::new(allocator.program)
        .args(request.to_arguments())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", allocator.program))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let (name, inner, status) = (allocator.wrapper, allocator.inner, output.status);
        return Err(format!("{} with {name} over {inner}: {status}\n{message}", workload.name).into());
    }
    let text = String::from_utf8(output.stdout)?;
    match text.trim() {
        "none" => Ok(None),
        number => Ok(Some(number.parse()?)),
    }
}
