#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

struct Server {
    #[allow(unused)]
    connections: Vec<u64>,
}

#[derive(MemoryBounds)]
#[bounds(component = Server)]
struct ServerConfiguration {
    host: String,
    #[bounds(items = u64)]
    connections: usize,
}

fn main() {
    let component = ServerConfiguration { host: String::new(), connections: 10 };
    assert_eq!(ComponentBounds::of(&component).total_minimum_required_bytes(), std::mem::size_of::<Server>());
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), std::mem::size_of::<Server>() + 80);
}
