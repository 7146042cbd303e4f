use memory_accounting::MemoryBounds;

type Count = i32;

#[derive(MemoryBounds)]
struct Aggregator {
    shards: Count,
    per_shard: usize,
    #[bounds(per_item = "per_shard * shards + 16")]
    buffer: Vec<u64>,
}

fn main() {}
