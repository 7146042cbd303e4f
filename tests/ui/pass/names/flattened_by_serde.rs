#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds, serde::Deserialize)]
#[bounds(prefix = "queue.")]
struct Settings {
    #[serde(flatten)]
    inner: Inner,
    #[serde(skip)]
    #[bounds(per_item = "inner.max_len")]
    waiting: Vec<u64>,
}

#[derive(serde::Deserialize)]
struct Inner {
    max_len: usize,
}

fn main() {
    let component = Settings { inner: Inner { max_len: 2 }, waiting: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.firm_entries()[0].expr().to_string(), "size(waiting)=8 * queue.max_len=2");
}
