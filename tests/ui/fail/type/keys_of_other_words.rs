use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
#[bounds(configuration, of = Pool)]
#[bounds(firm(label = "scratch", size = 16))]
#[bounds(firm(name = "queue", sizes = Vec<u64>, capacity = "workers"))]
struct PoolConfiguration {
    workers: usize,
}

struct Pool(u64);

fn main() {}
