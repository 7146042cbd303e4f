#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
#[bounds(rename_all = "SCREAMING-KEBAB-CASE")]
struct Settings {
    #[bounds(bytes)]
    max_bytes: usize,
}

fn main() {
    let component = Settings { max_bytes: 1 };
    assert_eq!(ComponentBounds::of(&component).firm_entries()[0].expr().to_string(), "MAX-BYTES=1");
}
