use std::sync::Arc;

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(bytes = "80")]
    shared: Arc<[u8; 64]>,
}

fn main() {
    let component = Worker { shared: Arc::new([0; 64]) };
    assert_eq!(ComponentBounds::of(&component).total_firm_limit_bytes(), 80);
}
