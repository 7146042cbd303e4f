use memory_accounting::MemoryBounds;
use std::collections::HashMap;

#[derive(MemoryBounds)]
struct Pipeline {
    #[bounds(bytes)]
    buffer_bytes: usize,
}

#[derive(PartialEq, Eq, Hash)]
enum Kind {
    Logs,
    Traces,
}

#[derive(MemoryBounds)]
struct Pipelines {
    #[bounds(subcomponent)]
    pipelines: HashMap<Kind, Pipeline>,
}

fn main() {}
