use memory_accounting::MemoryBounds;

struct Limits {
    queue: i32,
}

#[derive(MemoryBounds)]
struct Aggregator {
    shards: usize,
    limits: Limits,
    #[bounds(per_item = "shards * limits.queue")]
    buffer: Vec<u64>,
}

fn main() {}
