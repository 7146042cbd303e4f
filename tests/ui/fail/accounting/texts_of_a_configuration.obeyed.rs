use memory_accounting::{ComponentBounds, MemoryBounds};
use std::collections::HashMap;

#[derive(serde::Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct Policy {
    #[bounds(owned)]
    names: Vec<String>,
    #[bounds(owned)]
    aliases: HashMap<String, String>,
}

fn main() {
    let policy = Policy { names: vec!["alpha".to_owned()], aliases: HashMap::new() };
    assert_eq!(ComponentBounds::of(&policy).total_firm_limit_bytes(), size_of::<String>() + 5);
}
