use std::collections::HashMap;

use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(firm(name = "standby", bytes = "1 MiB"))]
struct Session {
    id: u64,
}

type Sessions = Vec<Session>;

#[derive(MemoryBounds)]
#[bounds(firm(name = "queued", sizes = Vec<(u8, u8, Session)>, per_item = "max"))]
struct Server {
    max: usize,
    #[bounds(per_item = "max")]
    sessions: Vec<Session>,
    #[bounds(per_item = "max")]
    idle: Sessions,
    #[bounds(items = Session)]
    spare: usize,
    #[bounds(boxed)]
    main: Box<Session>,
    #[bounds(sizes = HashMap<u64, Session>, insert_only)]
    capacity: usize,
}

fn main() {}
