use memory_accounting::MemoryBounds;
use std::process::Command;
use std::sync::{Arc, Mutex};

#[derive(MemoryBounds)]
struct Server {
    #[bounds(subcomponent)]
    hook: Mutex<Command>,
    #[bounds(subcomponent)]
    failure: Option<Arc<dyn std::error::Error>>,
}

fn main() {}
