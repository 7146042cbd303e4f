use memory_accounting::MemoryBounds;
use std::collections::HashMap;

#[derive(MemoryBounds)]
struct Policy {
    names: Vec<String>,
    aliases: HashMap<String, String>,
}

fn main() {}
