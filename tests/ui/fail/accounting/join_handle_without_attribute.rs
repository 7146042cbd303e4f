use std::thread::JoinHandle;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Worker {
    thread: JoinHandle<()>,
}

fn main() {}
