#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Cache {
    #[bounds(items = u64, name = "cache")]
    entries: usize,
    #[bounds(bytes = 16, name = "scratch")]
    other: Vec<u8>,
}

fn main() {
    let component = Cache { entries: 2, other: Vec::new() };
    let exprs = ComponentBounds::of(&component).to_exprs();
    assert_eq!(exprs[0]["expr"]["values"][0]["name"], "cache");
    assert_eq!(exprs[0].get("label"), None);
    assert_eq!(exprs[1]["label"], "scratch");
}
