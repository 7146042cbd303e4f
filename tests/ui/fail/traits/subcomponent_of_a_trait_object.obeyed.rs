use memory_accounting::{ComponentBounds, MemoryBounds};
use std::sync::Arc;

trait Store: MemoryBounds {
    fn name(&self) -> &str;
}

#[derive(MemoryBounds)]
struct Disk {
    #[bounds(bytes)]
    cache_bytes: usize,
}

impl Store for Disk {
    fn name(&self) -> &str {
        "disk"
    }
}

#[derive(MemoryBounds)]
struct Server {
    #[bounds(subcomponent)]
    store: Box<dyn Store>,
    #[bounds(subcomponent)]
    shared: Arc<dyn Store>,
    #[bounds(subcomponent)]
    others: Vec<Box<dyn Store>>,
}

fn main() {
    let disk = |cache_bytes| Disk { cache_bytes };
    let server = Server { store: Box::new(disk(1)), shared: Arc::new(disk(20)), others: vec![Box::new(disk(300))] };
    assert_eq!(ComponentBounds::of(&server).total_firm_limit_bytes(), 321);
}
