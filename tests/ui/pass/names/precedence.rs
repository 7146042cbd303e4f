#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[bounds(prefix = "pool.")]
struct Settings {
    #[bounds(bytes)]
    by_case: usize,
    #[bounds(bytes)]
    #[serde(rename = "renamed")]
    by_serde: usize,
    #[bounds(bytes)]
    #[serde(rename(serialize = "out", deserialize = "in"))]
    by_deserialize: usize,
    #[bounds(bytes, rename = "ours")]
    #[serde(rename = "theirs", alias = "other")]
    by_bounds: usize,
}

fn main() {
    let component = Settings { by_case: 1, by_serde: 2, by_deserialize: 3, by_bounds: 4 };
    let bounds = ComponentBounds::of(&component);
    let shown: Vec<_> = bounds.firm_entries().iter().map(|entry| entry.expr().to_string()).collect();
    assert_eq!(shown, ["pool.byCase=1", "pool.renamed=2", "pool.in=3", "pool.ours=4"]);
}
