#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Limits {
    #[bounds(bytes)]
    bytes: usize,
}

#[derive(MemoryBounds)]
enum Source {
    Udp(#[bounds(subcomponent = "limits")] Limits),
    Unix(#[bounds(subcomponent = "limits")] Limits),
}

fn main() {
    let bounds = ComponentBounds::of(&Source::Unix(Limits { bytes: 3 }));
    assert_eq!(bounds.find("limits").unwrap().total_firm_limit_bytes(), 3);
}
