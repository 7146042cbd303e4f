use memory_accounting::{ComponentBounds, MemoryBounds};

#[derive(MemoryBounds)]
#[bounds(settings, component = Pool)]
#[bounds(firm(name = "scratch", bytes = 16))]
#[bounds(firm(name = "queue", sizes = Vec<u64>, per_item = "workers"))]
struct PoolConfiguration {
    workers: usize,
}

#[expect(dead_code)]
struct Pool(u64);

fn main() {
    let bounds = ComponentBounds::of(&PoolConfiguration { workers: 3 });
    assert_eq!(bounds.total_firm_limit_bytes(), 8 + 16 + 3 * 8);
}
