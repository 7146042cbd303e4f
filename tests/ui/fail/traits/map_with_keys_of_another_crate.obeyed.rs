use memory_accounting::{ComponentBounds, MemoryBounds};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(MemoryBounds)]
struct Pipeline {
    #[bounds(bytes)]
    buffer_bytes: usize,
}

fn name_of(path: &PathBuf) -> String {
    path.display().to_string()
}

#[derive(MemoryBounds)]
struct Pipelines {
    #[bounds(subcomponent, named = name_of)]
    pipelines: BTreeMap<PathBuf, Pipeline>,
}

fn main() {
    let pipelines = BTreeMap::from([(PathBuf::from("logs"), Pipeline { buffer_bytes: 10 })]);
    let bounds = ComponentBounds::of(&Pipelines { pipelines });
    assert_eq!(bounds.find("pipelines.logs").unwrap().total_firm_limit_bytes(), 10);
}
