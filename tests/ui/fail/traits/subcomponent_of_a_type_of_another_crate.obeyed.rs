use memory_accounting::{ComponentBounds, MemoryBounds};
use std::process::Command;
use std::sync::{Arc, Mutex};

#[derive(MemoryBounds)]
struct Server {
    #[bounds(bytes = "4 KiB")]
    hook: Mutex<Command>,
    #[bounds(skip = "ends the program")]
    failure: Option<Arc<dyn std::error::Error>>,
}

fn main() {
    let server = Server { hook: Mutex::new(Command::new("true")), failure: None };
    assert_eq!(ComponentBounds::of(&server).total_firm_limit_bytes(), 4096);
}
