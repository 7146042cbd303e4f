#![allow(dead_code)]

use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
struct Worker {
    #[bounds(items = u64)]
    depth: usize,
}

#[derive(MemoryBounds)]
struct Pool {
    workers: std::num::NonZeroUsize,
    #[bounds(subcomponent, times = "workers")]
    worker: Worker,
}

fn main() {
    let component = Pool { workers: 3.try_into().unwrap(), worker: Worker { depth: 2 } };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_firm_limit_bytes(), 48);
    assert_eq!(bounds.to_exprs()[0]["name"], "root.worker.firm");
}
