use memory_accounting::MemoryBounds;

struct Limits {
    queue: usize,
}

#[derive(MemoryBounds)]
struct Aggregator {
    limits: Limits,
    #[bounds(items = limits.queue)]
    buffer: Vec<u64>,
}

fn main() {}
