use memory_accounting::MemoryBounds;

#[derive(MemoryBounds)]
struct Aggregator {
    shards: i32,
    per_shard: usize,
    #[bounds(per_item = "per_shard * shards + 16")]
    buffer: Vec<u64>,
}

fn main() {}
