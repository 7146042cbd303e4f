use memory_accounting::{ComponentBounds, MemoryBounds};
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

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Logs => "logs",
            Self::Traces => "traces",
        })
    }
}

#[derive(MemoryBounds)]
struct Pipelines {
    #[bounds(subcomponent)]
    pipelines: HashMap<Kind, Pipeline>,
}

fn main() {
    let pipelines = HashMap::from([(Kind::Logs, Pipeline { buffer_bytes: 10 }), (Kind::Traces, Pipeline { buffer_bytes: 3 })]);
    let bounds = ComponentBounds::of(&Pipelines { pipelines });
    assert_eq!(bounds.find("pipelines.traces").unwrap().total_firm_limit_bytes(), 3);
}
