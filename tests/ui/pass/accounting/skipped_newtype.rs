#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Label(#[bounds(skip = "static")] String);

#[derive(MemoryBounds)]
enum Source {
    File(#[bounds(skip = "short")] String),
}

#[derive(MemoryBounds)]
struct Node {
    #[bounds(flatten)]
    label: Label,
    #[bounds(flatten)]
    source: Source,
}

fn main() {
    let bounds = ComponentBounds::of(&Node { label: Label(String::new()), source: Source::File(String::new()) });
    let skipped: Vec<_> = bounds.skipped().iter().map(|field| (field.name(), field.reason())).collect();
    assert_eq!(skipped, [("label", "static"), ("File", "short")]);
    assert_eq!(ComponentBounds::of(&Label(String::new())).skipped()[0].name(), "self");
}
