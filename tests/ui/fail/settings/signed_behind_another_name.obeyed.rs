use memory_accounting::{ComponentBounds, MemoryBounds};

type Count = i32;

#[derive(MemoryBounds)]
struct Aggregator {
    shards: Count,
    per_shard: usize,
    #[bounds(per_item = "per_shard * self.shards() + 16")]
    buffer: Vec<u64>,
}

impl Aggregator {
    fn shards(&self) -> usize {
        usize::try_from(self.shards).unwrap_or(0)
    }
}

fn main() {
    let component = Aggregator { shards: 4, per_shard: 10, buffer: Vec::new() };
    let bounds = ComponentBounds::of(&component);
    assert_eq!(bounds.total_firm_limit_bytes(), 56 * 8);
    assert!(bounds.firm_entries()[0].expr().to_string().contains("shards=4"));
}
