#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Settings {
    #[bounds(skip = "read once, then dropped")]
    path: std::path::PathBuf,
}

fn main() {
    let component = Settings { path: "x".into() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.skipped()[0].reason(), "read once, then dropped");
    assert!(bounds.to_exprs().is_empty());
}
