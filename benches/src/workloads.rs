//! All workloads, in the order of the report.

mod enter_exit;
mod hash_map;
mod json;
mod pairs;
mod poll;
mod producer_consumer;
mod random;
mod replacement;
mod resident_objects;
mod snapshot;
mod threads;
mod vec_growth;
mod zeroed;

use crate::groups::Groups;
use crate::workload::Workload;

/// Every workload, for an allocator with such groups.
#[must_use]
pub fn all<G: Groups>() -> Vec<Workload> {
    let mut workloads = Vec::new();
    workloads.extend(pairs::workloads::<G>());
    workloads.push(replacement::workload::<G>());
    workloads.push(producer_consumer::workload::<G>());
    workloads.push(vec_growth::workload::<G>());
    workloads.push(hash_map::workload::<G>());
    workloads.extend(json::workloads::<G>());
    workloads.extend(zeroed::workloads::<G>());
    workloads.extend(enter_exit::workloads::<G>());
    workloads.push(poll::workload::<G>());
    workloads.extend(snapshot::workloads::<G>());
    workloads.extend(resident_objects::workloads::<G>());
    workloads
}
