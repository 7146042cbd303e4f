//! What does counting add where a vector grows, and the allocator may extend it in place or move its pages?

use std::hint::black_box;

use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

/// 64 MiB of `u64`.
const ITEMS: u32 = (64 << 20) / 8;

pub(super) fn workload<G: Groups>() -> Workload {
    Workload::time("vec_growth", "Vec grown to 64 MiB by push", measure::<G>)
}

fn measure<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let items = conditions.count(ITEMS);
    conditions.fastest(|| {
        time(|| {
            let mut vector = Vec::new();
            for item in 0..items {
                vector.push(u64::from(item));
            }
            drop(black_box(vector));
        })
    })
}
