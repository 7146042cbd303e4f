#![allow(dead_code)]

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Commands {
    #[bounds(per_item = 10)]
    commands: SyncSender<usize>,
}

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(per_item = 10)]
    commands: Receiver<usize>,
}

fn main() {
    let (sender, receiver) = sync_channel(10);
    let sent = ComponentBounds::of(&Commands { commands: sender }).total_firm_limit_bytes();
    let received = ComponentBounds::of(&Worker { commands: receiver }).total_firm_limit_bytes();
    assert_eq!(sent, received);
    // Each item lies beside a counter.
    assert!(sent > 10 * 2 * size_of::<usize>());
}
