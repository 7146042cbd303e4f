use std::collections::HashMap;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(firm(name = "standby", bytes = "1 MiB"))]
struct Session {
    #[expect(dead_code)]
    id: u64,
}

type Sessions = Vec<Session>;

#[derive(MemoryBounds)]
#[bounds(firm(name = "queued", sizes = Vec<(u8, u8, Session)>, per_item = "max", item_bytes = "1 MiB"))]
struct Server {
    max: usize,
    #[bounds(per_item = "max", item_bytes = "1 MiB")]
    sessions: Vec<Session>,
    #[bounds(per_item = "max")]
    #[bounds(subcomponent)]
    idle: Sessions,
    #[bounds(items = Session, item_bytes = "1 MiB")]
    spare: usize,
    #[bounds(boxed)]
    #[bounds(subcomponent)]
    main: Box<Session>,
    #[bounds(sizes = HashMap<u64, Session>, insert_only, item_skip = "declared by the shards")]
    capacity: usize,
}

fn main() {
    let session = || Session { id: 0 };
    let server = Server { max: 4, sessions: Vec::new(), idle: vec![session()], spare: 2, main: Box::new(session()), capacity: 3 };
    let bounds = ComponentBounds::of(&server);
    let mib = 1 << 20;
    let queued = 4 * 16 + 4 * mib;
    let (sessions, idle, spare, main) = (4 * 8 + 4 * mib, 4 * 8 + mib, 2 * 8 + 2 * mib, 8 + mib);
    let table = (4 * 16 + 4 + 16) + (8 * 16 + 8 + 16);
    assert_eq!(bounds.total_firm_limit_bytes(), queued + sessions + idle + spare + main + table);
    assert_eq!(bounds.skipped()[0].name(), "capacity items");
}
