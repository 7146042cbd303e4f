use memory_accounting::MemoryBounds;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(MemoryBounds)]
struct Pipeline {
    #[bounds(bytes)]
    buffer_bytes: usize,
}

#[derive(MemoryBounds)]
struct Pipelines {
    #[bounds(subcomponent)]
    pipelines: BTreeMap<PathBuf, Pipeline>,
}

fn main() {}
