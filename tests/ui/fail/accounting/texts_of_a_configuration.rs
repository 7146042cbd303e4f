use memory_accounting::MemoryBounds;
use std::collections::HashMap;

#[derive(serde::Deserialize, MemoryBounds)]
#[serde(rename_all = "kebab-case")]
struct Policy {
    names: Vec<String>,
    aliases: HashMap<String, String>,
}

fn main() {}
