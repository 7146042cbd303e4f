//! What does counting add to building and dropping what programs are made of?

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::hint::black_box;

use crate::conditions::{Conditions, time};
use crate::groups::Groups;
use crate::workload::Workload;

/// Hashes the same in every program.
type Map = HashMap<String, String, BuildHasherDefault<DefaultHasher>>;

pub(super) fn workload<G: Groups>() -> Workload {
    Workload::time("hash_map", "HashMap<String, String> of 200,000 built and dropped", measure::<G>)
}

fn measure<G: Groups>(conditions: &Conditions) -> f64 {
    let group = conditions.group::<G>();
    let _guard = group.as_ref().map(G::enter);
    let entries = conditions.count(200_000);
    conditions.fastest(|| {
        time(|| {
            let mut map = Map::default();
            for entry in 0..entries {
                map.insert(format!("key {entry}"), format!("the value that belongs to {entry}"));
            }
            drop(black_box(map));
        })
    })
}
