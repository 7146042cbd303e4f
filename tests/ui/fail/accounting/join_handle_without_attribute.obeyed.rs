use std::thread::JoinHandle;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(skip = "the stack is no heap memory")]
    thread: JoinHandle<()>,
}

fn main() {
    let worker = Worker { thread: std::thread::spawn(|| ()) };
    assert_eq!(ComponentBounds::of(&worker).total_firm_limit_bytes(), 0);
}
