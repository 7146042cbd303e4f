//! Declarations of services people run, checked against what a person would calculate.

mod batches;
mod caches;
mod files;
mod metrics_agent;
mod nodes;
mod shared_state;
mod storage;

use memory_accounting::{ComponentBounds, MemoryBounds};

/// Minimum and firm limit.
fn bytes(component: &impl MemoryBounds) -> (usize, usize) {
    let bounds = ComponentBounds::of(component);
    (bounds.total_minimum_required_bytes(), bounds.total_firm_limit_bytes())
}

/// The names and the arithmetic of all entries, a line each.
fn arithmetic(component: &impl MemoryBounds) -> String {
    let exprs = ComponentBounds::of(component).to_exprs();
    let lines = exprs.iter().map(|entry| {
        let expr: memory_accounting::UsageExpr = serde_json::from_str(&entry["expr"].to_string()).unwrap();
        format!("{} = {expr}", entry["name"].as_str().unwrap())
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn to_exprs(component: &impl MemoryBounds) -> String {
    let exprs = ComponentBounds::of(component).to_exprs();
    exprs.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
